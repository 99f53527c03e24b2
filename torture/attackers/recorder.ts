/** Writes the history of a run down, with the moment of every entry. */
import type { DeviceFacts, Entry, Invocation, Write } from '../checker/history.ts'
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

  placeOf(messageId: string): string | undefined {
    return this.#places.get(messageId)
  }

  /** How many writes were acknowledged. */
  acknowledged(): number {
    const writes = new Set<string>()
    for (const entry of this.entries) if (entry.type === 'ok') writes.add(entry.op)
    return writes.size
  }
}

interface Asked {
  readonly device: string
  readonly clientId: string
  readonly conversationId: string
  readonly write: Write
}

/** The write that a request is, if it is one that the history speaks of. */
export function readWrite(
  recorder: Recorder,
  request: { device: string; method: string; path: string; body: unknown },
): Asked | undefined {
  const { device, method, path } = request
  const body = isRecord(request.body) ? request.body : {}
  const clientId = body['clientId']
  if (typeof clientId !== 'string') return undefined
  const [, noun, id = '', part, last] =
    /^\/api\/v1\/(\w+)\/([^/?]+)(?:\/(\w+))?(?:\/([^/?]+))?/.exec(path) ?? []
  const conversationId = noun === 'conversations' ? id : recorder.placeOf(id)
  if (conversationId === undefined) return undefined
  const write = writeOf({ verb: `${method} ${noun} ${part ?? ''}`.trim(), id, last, body })
  return write && { device, clientId, conversationId, write }
}

function writeOf(request: {
  verb: string
  id: string
  last: string | undefined
  body: Record<string, unknown>
}): Write | undefined {
  const { verb, id, last = '', body } = request
  const text = String(body['body'])
  switch (verb) {
    case 'POST conversations messages':
      return { type: 'send', body: text }
    case 'PATCH messages':
      return { type: 'edit', messageId: id, body: text }
    case 'DELETE messages':
      return { type: 'delete', messageId: id }
    case 'PUT messages reactions':
    case 'DELETE messages reactions': {
      const on = verb.startsWith('PUT')
      return { type: 'reaction', messageId: id, emoji: decodeURIComponent(last), on }
    }
    case 'POST conversations join':
      return { type: 'join' }
    case 'POST conversations leave':
      return { type: 'leave' }
    default:
      return undefined
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
