/** What a device remembers between two runs: whose cache there is, and whether there may be one. */
import type { ClientStorage } from './options.ts'

export interface Device {
  /** Whose state is kept; null for nobody's. */
  readonly meId: string | null
  /** Whether the person at this device wants one; null while nobody has said. */
  readonly cache: boolean | null
}

const key = 'device'
const unknown: Device = { meId: null, cache: null }

export async function readDevice(storage: ClientStorage): Promise<Device> {
  const held = await storage.read(key)
  const value = held.find(([name]) => name === key)?.[1]
  if (typeof value !== 'object' || value === null) return unknown
  const { meId, cache }: { meId?: unknown; cache?: unknown } = value
  return {
    meId: typeof meId === 'string' ? meId : null,
    cache: typeof cache === 'boolean' ? cache : null,
  }
}

export function writeDevice(storage: ClientStorage, device: Device): Promise<void> {
  const { meId, cache } = device
  return storage.write([[key, meId === null && cache === null ? null : device]])
}
