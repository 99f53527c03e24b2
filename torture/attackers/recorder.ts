/** Writes the history of a run down, with the moment of every entry. */
import type { DeviceFacts, Entry, Invocation } from '../checker/history.ts'
import { isRecord } from '../json.ts'
import { readWrite } from '../traffic.ts'
import { nowInLog, type Moment } from './power-loss/op-log.ts'

export class Recorder {
  readonly entries: Entry[] = []
  /** When each of the entries was written, in the same order. */
  readonly times: Moment[] = []
  readonly devices: Record<string, DeviceFacts> = {}
  readonly #begun = new Set<string>()
  /** In which conversation a message is. */
  readonly #places = new Map<string, string>()

  note(entry: Entry): void {
    this.entries.push(entry)
    this.times.push(nowInLog())
  }

  /** Once for each write, however often it is tried. */
  invoke(invocation: Omit<Invocation, 'type' | 'op'>): void {
    const { clientId } = invocation
    if (this.#begun.has(clientId)) return
    this.#begun.add(clientId)
    this.note({ type: 'invoke', op: clientId, ...invocation })
  }

  /** Somebody said something: what is done to it later names only the message. */
  place(messageId: string, conversationId: string): void {
    this.#places.set(messageId, conversationId)
  }

  /** Somebody asks for something. Returns the operation, if it is one that the history speaks of. */
  ask(request: {
    device: string
    method: string
    path: string
    body: unknown
  }): string | undefined {
    const asked = readWrite(request)
    const clientId = isRecord(request.body) ? request.body['clientId'] : undefined
    if (!asked || typeof clientId !== 'string') return undefined
    const { write, noun, id } = asked
    const conversationId = noun === 'conversations' ? id : this.#places.get(id)
    if (conversationId === undefined) return undefined
    this.invoke({ clientId, device: request.device, conversationId, write })
    return clientId
  }

  /** How many writes were acknowledged. */
  acknowledged(): number {
    const writes = new Set<string>()
    for (const entry of this.entries) if (entry.type === 'ok') writes.add(entry.op)
    return writes.size
  }
}
