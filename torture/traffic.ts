/** What requests, answers and frames say in the terms of a history. */
import type { Entry, Write } from './checker/history.ts'
import { isRecord, readJson } from './json.ts'

/** A request as it may be a write: by whom and when it was made a recorder knows. */
export interface Asked {
  readonly write: Write
  /** What the path names: a conversation, or the message that is changed. */
  readonly noun: 'conversations' | 'messages'
  readonly id: string
}

/** The write that a request is, if it is one that the history speaks of. */
export function readWrite(request: {
  method: string
  path: string
  body: unknown
}): Asked | undefined {
  const { method, path } = request
  const body = isRecord(request.body) ? request.body : {}
  if (method === 'POST' && path === '/api/v1/conversations') return readMaking(body)
  const [, noun = '', id = '', part = '', last = ''] =
    /^\/api\/v1\/(\w+)\/([^/?]+)(?:\/(\w+))?(?:\/([^/?]+))?/.exec(path) ?? []
  if (noun !== 'conversations' && noun !== 'messages') return undefined
  const verb = [method, noun, part].filter(Boolean).join(' ')
  const write = writeOf(verb, { id, last, body })
  return write && { write, noun, id }
}

/** The conversation gets the id of the request that makes it. */
function readMaking({ clientId, kind, userId, userIds }: Record<string, unknown>): Asked {
  const others = kind === 'direct' ? [userId] : Array.isArray(userIds) ? userIds : []
  return {
    write: {
      type: 'create',
      kind: kind === 'direct' ? 'direct' : 'room',
      userIds: others.map(String),
    },
    noun: 'conversations',
    id: String(clientId),
  }
}

function writeOf(
  verb: string,
  { id, last, body }: { id: string; last: string; body: Record<string, unknown> },
): Write | undefined {
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
    case 'POST conversations members':
      return { type: 'add', userId: String(body['userId']) }
    case 'DELETE conversations members':
      return { type: 'remove', userId: last }
    case 'PUT conversations read':
      return { type: 'read', seq: Number(body['seq']) }
    case 'GET conversations':
      return { type: 'look' }
    default:
      return undefined
  }
}

/** Statuses after which the same is tried again: they leave open whether it happened. */
const again = new Set([401, 408, 429])

/** What an answer says of an operation. */
export function outcomeOf(op: string, answer: { status: number; text: string } | undefined): Entry {
  if (!answer || answer.status >= 500 || again.has(answer.status)) return { type: 'unknown', op }
  const said = readJson(answer.text)
  const fields = isRecord(said) ? said : {}
  if (answer.status >= 400) {
    const error = isRecord(fields['error']) ? fields['error'] : {}
    return { type: 'fail', op, code: String(error['code']) }
  }
  const seq = fields['seq'] ?? fields['readSeq'] ?? fields['lastSeq']
  const { id } = fields
  return {
    type: 'ok',
    op,
    ...(typeof seq === 'number' && { seq }),
    ...(typeof id === 'string' && { id }),
  }
}

/** The event that a frame brings, if it brings one. */
export function readEvent(device: string, text: string): Entry | undefined {
  const frame = readJson(text)
  if (!isRecord(frame) || frame['type'] !== 'event' || !isRecord(frame['event'])) return undefined
  return {
    type: 'received',
    device,
    conversationId: String(frame['conversationId']),
    seq: Number(frame['seq']),
    eventId: String(frame['event']['id']),
  }
}
