/**
 * The reference: what must be, worked out from what people asked for in the order in which the log has
 * it. Nothing of the product's own tables is believed: they are what is compared.
 */
import type { History, Invocation, ServerConversation, Write } from '../checker/history.ts'
import type { Violation } from '../checker/ledger.ts'

interface Text {
  readonly id: string
  body: string
  edited: boolean
  deleted: boolean
  /** Who has given which emoji. */
  readonly reactions: Map<string, Set<string>>
}

export function compareWithReference({ entries, server, devices }: History): Violation[] {
  const asked = new Map<string, Invocation & { userId: string }>()
  for (const entry of entries)
    // What an id is used for a second time is refused.
    if (entry.type === 'invoke' && !asked.has(entry.clientId))
      asked.set(entry.clientId, { ...entry, userId: devices[entry.device]?.userId ?? '' })
  return server.conversations.flatMap((conversation) => compare(conversation, asked))
}

type Asked = ReadonlyMap<string, Invocation & { userId: string }>

function compare(conversation: ServerConversation, asked: Asked): Violation[] {
  const { texts, stays } = replay(conversation, asked)
  const tell = (seq: number, sentence: string): Violation => ({
    invariant: 'I4',
    sentence: `${sentence} in ${conversation.id}.`,
    conversationId: conversation.id,
    seq,
  })
  const found = new Map(
    conversation.messages.filter(({ kind }) => kind === 'text').map((one) => [one.seq, one]),
  )
  const wrong: Violation[] = []
  for (const [seq, expected] of texts) {
    const message = found.get(seq)
    found.delete(seq)
    const should = describe(expected)
    const is =
      message &&
      describe({
        ...message,
        reactions: new Map(
          Object.entries(message.reactions).map(([emoji, count]) => [emoji, { size: count }]),
        ),
      })
    if (should !== is)
      wrong.push(tell(seq, `Message ${seq} should be ${should}, and is ${is ?? 'missing'}`))
  }
  for (const [seq, { id }] of found)
    wrong.push(tell(seq, `Nobody asked for message ${id} at ${seq}`))
  const intervals = conversation.intervals.map(stayOf).toSorted().join('; ')
  const expected = stays.map(stayOf).toSorted().join('; ')
  if (intervals !== expected)
    wrong.push(tell(0, `People should have been there ${expected}, and it says ${intervals}`))
  return wrong
}

interface Stay {
  readonly userId: string
  readonly fromSeq: number
  toSeq: number | null
}
const stayOf = ({ userId, fromSeq, toSeq }: Stay) =>
  `${userId} from ${fromSeq} to ${toSeq ?? 'now'}`

function replay(conversation: ServerConversation, asked: Asked) {
  const texts = new Map<number, Text>()
  const stays: Stay[] = conversation.intervals
    .filter(({ fromSeq }) => fromSeq <= conversation.before)
    .map(({ userId, fromSeq }) => ({ userId, fromSeq, toSeq: null }))
  for (const { seq, id, type, targetSeq, subjectId } of conversation.events) {
    const request = asked.get(id)
    if (request?.write.type === 'create' && type === 'conversation.created')
      for (const userId of new Set([request.userId, ...request.write.userIds]))
        stays.push({ userId, fromSeq: seq, toSeq: null })
    const target = texts.get(targetSeq ?? 0)
    if (type === 'member.joined') stays.push({ userId: subjectId ?? '', fromSeq: seq, toSeq: null })
    if (type === 'member.left') {
      const stay = stays.findLast((one) => one.userId === subjectId)
      if (stay) stay.toSeq = seq
    }
    if (!request) continue
    if (request.write.type === 'send')
      texts.set(seq, {
        id,
        body: request.write.body,
        edited: false,
        deleted: false,
        reactions: new Map(),
      })
    else if (target) applyWrite(target, request.write, request.userId)
  }
  return { texts, stays }
}

function applyWrite(text: Text, write: Write, userId: string): void {
  if (write.type === 'edit') {
    text.body = write.body
    text.edited = true
  }
  if (write.type === 'delete') {
    text.body = ''
    text.edited = false
    text.deleted = true
    text.reactions.clear()
  }
  if (write.type !== 'reaction') return
  const people = text.reactions.get(write.emoji) ?? new Set<string>()
  text.reactions.set(write.emoji, people)
  if (write.on) people.add(userId)
  else people.delete(userId)
}

function describe(text: {
  readonly id: string
  readonly body: string
  readonly edited: boolean
  readonly deleted: boolean
  readonly reactions: ReadonlyMap<string, { readonly size: number }>
}): string {
  const reactions = [...text.reactions]
    .filter(([, { size }]) => size > 0)
    .map(([emoji, { size }]) => `${emoji} ${size}`)
    .toSorted()
  return JSON.stringify([text.id, text.body, text.edited, text.deleted, reactions])
}
