/** What becomes of the sends of a batch, by what the database says inside its transaction. */
import { seeded } from '@roost/protocol/seeded-bugs'

import type { QuotedRow, Send, SendOutcome } from './sends.ts'

export interface EventRow {
  readonly conversationId: string
  readonly seq: number
  readonly actorId: string
  readonly requestHash: string
}
export interface AccessRow {
  readonly visibility: string
  readonly archivedAt: number | null
  readonly memberId: string | null
}
/** What is true under the locks of the conversations; absent: it is not there. */
export interface Facts {
  event(id: string): EventRow | undefined
  access(conversationId: string, userId: string): AccessRow | undefined
  /** The quoted message, if the sender may see it. */
  quoted(send: Send, replyTo: string): QuotedRow | undefined
}

export interface Accepted {
  readonly send: Send
  /** Where it is in the batch. */
  readonly at: number
  readonly quoted: QuotedRow | undefined
}
interface Judgement {
  /** Of those that are not stored, each at its place in the batch. */
  readonly outcomes: SendOutcome[]
  /** To be stored, by conversation, in their order. */
  readonly accepted: ReadonlyMap<string, readonly Accepted[]>
  /** The same request twice in one batch: the later is answered as the earlier. */
  readonly repeats: readonly { readonly at: number; readonly id: string }[]
}

export function judgeSends(sends: readonly Send[], facts: Facts): Judgement {
  const outcomes: SendOutcome[] = []
  const accepted = new Map<string, Accepted[]>()
  const byId = new Map<string, Send>()
  const repeats: { at: number; id: string }[] = []
  for (const [at, given] of sends.entries()) {
    const isRepeat = seeded?.('no-dedupe') && facts.event(given.id)
    const send = isRepeat ? { ...given, id: crypto.randomUUID() } : given
    const { replyTo, conversationId, senderId } = send
    const allowed = facts.access(conversationId, senderId)
    if (!allowed || allowed.memberId === null) {
      const visible = allowed?.visibility === 'public'
      outcomes[at] = { status: visible ? 'join_first' : 'not_found' }
      continue
    }
    const repeat = answerRepeat(send, byId.get(send.id), facts)
    if (repeat === 'earlier') repeats.push({ at, id: send.id })
    else if (repeat) outcomes[at] = repeat
    if (repeat) continue
    if (allowed.archivedAt !== null) {
      outcomes[at] = { status: 'room_archived' }
      continue
    }
    const quoted = replyTo === undefined ? undefined : facts.quoted(send, replyTo)
    if (replyTo !== undefined && !quoted) {
      outcomes[at] = { status: 'reply_not_found' }
      continue
    }
    byId.set(send.id, send)
    const group = accepted.get(conversationId)
    const entry = { send, at, quoted }
    if (group) group.push(entry)
    else accepted.set(conversationId, [entry])
  }
  return { outcomes, accepted, repeats }
}

/** What already carries this id: in the database, or earlier in this batch. */
function answerRepeat(
  send: Send,
  earlier: Send | undefined,
  facts: Facts,
): SendOutcome | 'earlier' | undefined {
  if (earlier) {
    const same = earlier.senderId === send.senderId && earlier.requestHash === send.requestHash
    return same ? 'earlier' : { status: 'conflict' }
  }
  const found = facts.event(send.id)
  if (!found) return undefined
  const same =
    seeded?.('dedupe-ignores-request') ||
    (found.actorId === send.senderId && found.requestHash === send.requestHash)
  return same ? { status: 'repeated', seq: found.seq } : { status: 'conflict' }
}

/** Answers the repeats within a batch once the seqs of what was stored are known. */
export function answerRepeats(
  { outcomes, repeats }: Judgement,
  seqs: ReadonlyMap<string, number>,
): SendOutcome[] {
  for (const { at, id } of repeats) {
    const seq = seqs.get(id)
    if (seq === undefined) throw new Error(`Send ${id} of this batch has no seq.`)
    outcomes[at] = { status: 'repeated', seq }
  }
  return outcomes
}
