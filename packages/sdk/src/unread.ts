/**
 * What is unread in a conversation, kept exact while marks and messages overtake each other. A mark is
 * counted by the server in the state after some event; what followed that event is added here. Pure.
 */
import { limits, type Conversation, type Message } from '@roost/protocol'

import type { ConversationState, Recent } from './state.ts'
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
  const { membership } = conversation
  if (!membership) return conversation
  const { seq, senderId } = message
  const recent = conversation.recent ?? { since: seq - 1, counted: [] }
  if (senderId === meId || !counts(message) || seq <= membership.readSeq)
    return { ...conversation, recent }
  const mentionsMe = meId !== undefined && message.mentions.includes(meId)
  return {
    ...conversation,
    recent: remember(recent, { seq, mentionsMe }),
    unread: Math.min(conversation.unread + 1, unreadLimit),
    mentions: conversation.mentions + (mentionsMe ? 1 : 0),
  }
}

function remember(recent: Recent, entry: Recent['counted'][number]): Recent {
  const counted = [...recent.counted, entry]
  if (counted.length <= recentMax) return { ...recent, counted }
  const [dropped, ...rest] = counted
  return { since: dropped?.seq ?? recent.since, counted: rest }
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
  const later = countRecent(conversation.recent, mark.lastSeq)
  return withMark(conversation, {
    readSeq: mark.readSeq,
    unread: mark.unread + later.unread,
    mentions: mark.mentions + later.mentions,
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
    return withMark(conversation, { readSeq: seq, ...countRecent(recent, seq) })
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

function countRecent(recent: Recent | undefined, after: number) {
  const counted = recent?.counted.filter(({ seq }) => seq > after) ?? []
  return {
    unread: counted.length,
    mentions: counted.filter(({ mentionsMe }) => mentionsMe).length,
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
