/**
 * What a device remembers between two runs: the bearer, whose state is kept there, and whether there
 * may be one. Where nothing can be stored the SDK goes on without.
 */
import type { Me } from '@roost/protocol'

import { readCache, wipe } from './cache.ts'
import { outboxPrefix } from './ledger.ts'
import type { ClientOptions } from './options.ts'
import type { State } from './state.ts'

/** Somebody who is signed in. `token` is null where the browser's cookie speaks for the session. */
export interface Found {
  readonly me: Me
  readonly token: string | null
}

export interface Device {
  findToken(): Promise<string | null>
  /** Keeps the token of a new session, where the session is held by one. */
  keepToken(token: string): Promise<string | null>
  /** What an earlier run left, as far as it may be shown. */
  readKept(): Promise<(Found & { readonly state: State }) | null>
  isCacheKept(): boolean
  /** Decides whether what this session reads is kept. */
  decide(options: { brief: boolean }): Promise<void>
  /** Has a cache from now on, or none, because the person at the device says so. */
  keepCache(meId: string | null, on: boolean): Promise<void>
  /** Somebody begins without a state of before: nobody else's may be there. */
  expect(me: Me): Promise<void>
  /** The session is over. What waits to be sent waits for the same person's next one. */
  forget(): Promise<void>
  /** The same, and nothing of this person stays. */
  forgetAllOf(me: Me): Promise<void>
}

const tokenKey = 'token'
const deviceKey = 'device'
const cacheOfAll = 'cache/'

interface Memory {
  /** Whose state is kept; null for nobody's. */
  readonly meId: string | null
  /** Whether the person at this device wants one; null while nobody has said. */
  readonly cache: boolean | null
}

export function createDevice(options: ClientOptions): Device {
  const { storage } = options
  const byBearer = options.session === 'bearer' || options.token !== undefined
  let cacheKept = false

  async function readKey(key: string): Promise<unknown> {
    const held = await storage.read(key)
    return held.find(([name]) => name === key)?.[1]
  }

  async function findToken(): Promise<string | null> {
    if (options.token !== undefined || !byBearer) return options.token ?? null
    const token = await readKey(tokenKey)
    return typeof token === 'string' ? token : null
  }

  async function recall(): Promise<Memory> {
    return parseMemory(await readKey(deviceKey))
  }

  function remember(memory: Memory): Promise<void> {
    const says = memory.meId !== null || memory.cache !== null
    return storage.write([[deviceKey, says ? memory : null]])
  }

  async function forgetCache() {
    await wipe(storage, [cacheOfAll])
    await remember({ ...(await recall()), meId: null })
  }

  return {
    findToken,
    async keepToken(token) {
      if (!byBearer) return null
      await storage.write([[tokenKey, token]])
      return token
    },
    async readKept() {
      try {
        const [{ meId }, token] = await Promise.all([recall(), findToken()])
        if (meId === null || (byBearer && token === null)) return null
        const state = await readCache(storage, meId)
        cacheKept = state !== null
        return state?.me ? { me: state.me, token, state } : null
      } catch {
        return null
      }
    },
    isCacheKept: () => cacheKept,
    async decide({ brief }) {
      const memory = await recall().catch(() => null)
      cacheKept = !brief && memory !== null && (memory.cache ?? options.cache === true)
    },
    async keepCache(meId, on) {
      await remember({ meId: on ? meId : null, cache: on })
      cacheKept = on
      if (!on) await wipe(storage, [cacheOfAll])
    },
    async expect(me) {
      try {
        await wipe(storage, [cacheOfAll])
        await remember({ ...(await recall()), meId: cacheKept ? me.id : null })
      } catch {
        cacheKept = false
      }
    },
    async forget() {
      await forgetCache().catch(() => {})
      // One that stays is refused by the server at the next start.
      if (byBearer) await storage.write([[tokenKey, null]]).catch(() => {})
    },
    async forgetAllOf(me) {
      await wipe(storage, [outboxPrefix(me.id), tokenKey]).catch(() => {})
      await forgetCache().catch(() => {})
    },
  }
}

function parseMemory(value: unknown): Memory {
  if (typeof value !== 'object' || value === null) return { meId: null, cache: null }
  const { meId, cache }: { meId?: unknown; cache?: unknown } = value
  return {
    meId: typeof meId === 'string' ? meId : null,
    cache: typeof cache === 'boolean' ? cache : null,
  }
}
