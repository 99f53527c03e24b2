/** Views of the state that every program needs. Pure; unchanged input gives the very same answer. */
import { limits, type Message, type User } from '@roost/protocol'

import { isWaiting } from './outbox.ts'
import { withChanges } from './pending-changes.ts'
import type { ConversationState, PendingMessage, State } from './state.ts'

export type MessageStatus = 'waiting' | 'failed' | 'stored' | 'delivered' | 'read'

const listed = new WeakMap<
  State['conversations'],
  { outbox: State['outbox']; list: readonly ConversationState[] }
>()

/** My conversations in the order of a chat list: pinned ones first, then by newest activity. */
export function chatList(state: State): readonly ConversationState[] {
  const held = listed.get(state.conversations)
  if (held?.outbox === state.outbox) return held.list
  const activity = new Map<string, number>()
  for (const { conversationId, createdAt } of state.outbox)
    activity.set(conversationId, Math.max(createdAt, activity.get(conversationId) ?? 0))
  const activeAt = (conversation: ConversationState) =>
    Math.max(
      activity.get(conversation.id) ?? 0,
      conversation.lastMessage?.createdAt ?? conversation.createdAt,
    )
  const isPinned = ({ membership }: ConversationState) => (membership?.pinnedAt ? 1 : 0)
  const list = Object.values(state.conversations)
    .filter(({ membership }) => membership !== null)
    .toSorted(
      (a, b) => isPinned(b) - isPinned(a) || activeAt(b) - activeAt(a) || (a.id < b.id ? 1 : -1),
    )
  listed.set(state.conversations, { outbox: state.outbox, list })
  return list
}

/**
 * How far one of my messages has got. `delivered` and `read` only when everybody else is known to have
 * got there; rooms with more than 100 members have no receipts and stay `stored`.
 */
export function messageStatus(
  conversation: ConversationState,
  message: Message | PendingMessage,
  meId: string,
): MessageStatus {
  if ('clientId' in message) {
    if (message.failed) return 'failed'
    return isWaiting(message) ? 'waiting' : 'stored'
  }
  const { kind, directUserId, memberCount, receipts } = conversation
  if (kind === 'direct' && directUserId === meId) return 'read'
  const others = Object.values(receipts)
  const everybody = memberCount - 1
  if (memberCount > limits.smallRoomMax || everybody < 1 || others.length < everybody)
    return 'stored'
  if (others.every(({ readSeq }) => readSeq >= message.seq)) return 'read'
  const arrived = others.every(
    ({ deliveredSeq, readSeq }) => Math.max(deliveredSeq, readSeq) >= message.seq,
  )
  return arrived ? 'delivered' : 'stored'
}

/** The other person of a direct chat (myself in notes to self); undefined in a room or while unknown. */
export function otherPerson(state: State, conversation: ConversationState): User | undefined {
  const { directUserId } = conversation
  return directUserId === null ? undefined : state.users[directUserId]
}

/** What to call a conversation: a room's name, or the other person's. Empty while that is unknown. */
export function conversationTitle(state: State, conversation: ConversationState): string {
  return conversation.name ?? otherPerson(state, conversation)?.name ?? ''
}

const nobody: readonly string[] = []

/** Ids of the people who are typing at `now` (milliseconds since the epoch). */
export function typingUsers(conversation: ConversationState, now: number): readonly string[] {
  const typing = Object.entries(conversation.typing)
  if (typing.length === 0) return nobody
  return typing.filter(([, until]) => until > now).map(([userId]) => userId)
}

interface Timeline {
  readonly outbox: State['outbox']
  readonly changes: State['changes']
  readonly hasAfter: boolean
  readonly items: readonly (Message | PendingMessage)[]
}
const timelines = new WeakMap<readonly Message[], Timeline>()
const noMessages: readonly Message[] = []

/**
 * The messages in memory as they will be with the changes under way, and after them my sends that
 * are, each once. The `id` of a message is the `clientId` it was sent under: the two together make a
 * key that stays. Sends are left out while the window does not reach the newest message.
 */
export function timeline(
  conversation: ConversationState,
  { outbox, changes }: Pick<State, 'outbox' | 'changes'>,
): readonly (Message | PendingMessage)[] {
  const { messages = noMessages, hasAfter = false } = conversation.window ?? {}
  const held = timelines.get(messages)
  const same = held?.outbox === outbox && held.changes === changes && held.hasAfter === hasAfter
  if (held && same && messages !== noMessages) return held.items
  const changed = applyChanges(messages, conversation.id, changes)
  const pending = hasAfter
    ? []
    : outbox.filter(
        ({ conversationId, clientId }) =>
          conversationId === conversation.id && !messages.some(({ id }) => id === clientId),
      )
  const items = pending.length === 0 ? changed : [...changed, ...pending]
  if (messages !== noMessages) timelines.set(messages, { outbox, changes, hasAfter, items })
  return items
}

function applyChanges(
  messages: readonly Message[],
  conversationId: string,
  changes: State['changes'],
): readonly Message[] {
  const mine = changes.filter((change) => change.conversationId === conversationId)
  return mine.length === 0 ? messages : messages.map((message) => withChanges(message, mine))
}

/** The message that a chat list shows, with the changes under way; the same object while they are none. */
export function lastMessage(
  { id, lastMessage: message }: ConversationState,
  changes: State['changes'],
): Message | null {
  return message && (applyChanges([message], id, changes)[0] ?? message)
}

/**
 * Unread messages in all my conversations together; one that has more than 999 counts 1,000. Of one that
 * is archived, or muted at `now` (milliseconds since the epoch), only those count that mention me.
 */
export function totalUnread(state: State, now: number): number {
  return Object.values(state.conversations).reduce((sum, { membership, unread, mentions }) => {
    if (!membership) return sum
    const silent = membership.archivedAt !== null || (membership.mutedUntil ?? 0) > now
    return sum + (silent ? mentions : unread)
  }, 0)
}

/** How many of my messages wait for the server, in all conversations together. */
export function waitingCount({ outbox }: State): number {
  return outbox.filter(isWaiting).length
}
