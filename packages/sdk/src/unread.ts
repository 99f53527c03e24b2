/**
 * What is unread in a conversation, kept exact while marks and messages overtake each other. A mark is
 * counted by the server in the state after some event; what followed that event is added here. Pure.
 */
import { limits, type Conversation, type Message } from '@roost/protocol'

import type { ConversationState, CountStep, Recent, Weight } from './state.ts'
import { reachesBackTo } from './window.ts'

/** How far I have read, and what is unread after it, counted in the state after event `lastSeq`. */
export interface ReadMark {
  readonly readSeq: number
  readonly unread: number
  readonly mentions: number
  readonly lastSeq: number
}

const unreadLimit = limits.unreadMax + 1
const recentMax = 200

export function markOf(conversation: Conversation): ReadMark | null {
  const { membership, unread, mentions, lastSeq } = conversation
  return membership && { readSeq: membership.readSeq, unread, mentions, lastSeq }
}

/** Counts a message that was just applied. My own leaves everything as it was: writing is not reading. */
export function countMessage(
  conversation: ConversationState,
  message: Message,
  meId: string | undefined,
): ConversationState {
  const { seq } = message
  if (!conversation.membership) return conversation
  const recent = conversation.recent ?? { since: seq - 1, steps: [] }
  return count({ ...conversation, recent }, { seq, target: seq, before: nothing }, message, meId)
}

/** Counts a change of an earlier message, by event `seq`. */
export function countChange(
  conversation: ConversationState,
  change: { seq: number; message: Message; mentionsBefore: readonly string[] },
  meId: string | undefined,
): ConversationState {
  const { seq, message, mentionsBefore } = change
  if (!conversation.membership) return conversation
  const target = message.seq
  const recent = conversation.recent ?? { since: seq - 1, steps: [] }
  const known = recent.steps.findLast((step) => step.target === target)?.after
  // From before everything that is remembered here: a message is not changed after its deletion, so it still counted.
  const older = weigh({ mentions: mentionsBefore }, meId)
  const before = known ?? (target <= recent.since ? older : nothing)
  return count({ ...conversation, recent }, { seq, target, before }, message, meId)
}

const nothing: Weight = { unread: 0, mentions: 0 }

function weigh({ mentions }: { mentions: readonly string[] }, meId: string | undefined): Weight {
  return { unread: 1, mentions: meId !== undefined && mentions.includes(meId) ? 1 : 0 }
}

function count(
  conversation: ConversationState & { recent: Recent },
  { seq, target, before }: Omit<CountStep, 'after'>,
  message: Message,
  meId: string | undefined,
): ConversationState {
  const { membership, recent, unread, mentions } = conversation
  if (!membership || message.senderId === meId || target <= membership.readSeq) return conversation
  const after = counts(message) ? weigh(message, meId) : nothing
  if (after.unread === before.unread && after.mentions === before.mentions) return conversation
  return {
    ...conversation,
    recent: remember(recent, { seq, target, before, after }),
    unread: add(unread, after.unread - before.unread),
    mentions: Math.max(0, mentions + after.mentions - before.mentions),
  }
}

/** One above the limit means "more than that", of which one less is still more. */
function add(unread: number, more: number): number {
  return unread >= unreadLimit ? unread : Math.max(0, unread + more)
}

function remember(recent: Recent, step: CountStep): Recent {
  const steps = [...recent.steps, step]
  if (steps.length <= recentMax) return { ...recent, steps }
  const [dropped, ...rest] = steps
  return { since: dropped?.seq ?? recent.since, steps: rest }
}

/**
 * Takes over a mark that the server counted. `ahead`: it was counted after events that are not here
 * yet; apply them first. `uncounted`: it is so old that what followed is not known any more; read the
 * conversation again.
 */
export function applyReadMark(
  conversation: ConversationState,
  mark: ReadMark,
): ConversationState | 'ahead' | 'uncounted' {
  const { membership } = conversation
  if (!membership || mark.readSeq < membership.readSeq) return conversation
  if (mark.lastSeq > conversation.lastSeq) return 'ahead'
  const since = conversation.recent?.since ?? conversation.lastSeq
  if (mark.lastSeq < since) return mark.readSeq === membership.readSeq ? conversation : 'uncounted'
  const later = countRecent(conversation.recent, { after: mark.lastSeq, readSeq: mark.readSeq })
  return withMark(conversation, {
    readSeq: mark.readSeq,
    unread: add(mark.unread, later.unread),
    mentions: Math.max(0, mark.mentions + later.mentions),
  })
}

/** Reads up to `seq` before the server has heard of it; null where only the server can count the rest. */
export function readLocally(
  conversation: ConversationState,
  seq: number,
  meId: string,
): ConversationState | null {
  const { membership, lastSeq, recent, window } = conversation
  if (!membership || seq <= membership.readSeq) return conversation
  if (seq >= lastSeq) return withMark(conversation, { readSeq: seq, unread: 0, mentions: 0 })
  if (recent && seq >= recent.since)
    return withMark(conversation, {
      readSeq: seq,
      ...countRecent(recent, { after: recent.since, readSeq: seq }),
    })
  if (!window || !reachesBackTo(window, seq)) return null
  const unread = window.messages.filter(
    (message) => message.seq > seq && message.senderId !== meId && counts(message),
  )
  const mentions = unread.filter((message) => message.mentions.includes(meId))
  return withMark(conversation, {
    readSeq: seq,
    unread: unread.length,
    mentions: mentions.length,
  })
}

/** What the events after `after` did to what counts beyond a read mark. */
function countRecent(recent: Recent | undefined, from: { after: number; readSeq: number }) {
  const steps = recent?.steps ?? []
  const counted = steps.filter(({ seq, target }) => seq > from.after && target > from.readSeq)
  return {
    unread: counted.reduce((sum, { before, after }) => sum + after.unread - before.unread, 0),
    mentions: counted.reduce((sum, { before, after }) => sum + after.mentions - before.mentions, 0),
  }
}

function withMark(
  conversation: ConversationState,
  mark: { readSeq: number; unread: number; mentions: number },
): ConversationState {
  const { membership } = conversation
  const unread = Math.min(mark.unread, unreadLimit)
  const { mentions, readSeq } = mark
  const same =
    unread === conversation.unread &&
    mentions === conversation.mentions &&
    readSeq === membership?.readSeq
  if (!membership || same) return conversation
  return { ...conversation, unread, mentions, membership: { ...membership, readSeq } }
}

function counts(message: Message): boolean {
  return message.kind !== 'system' && message.deletedAt === undefined
}
