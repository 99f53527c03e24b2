/** Views of the state that every program needs. Pure; unchanged input gives the very same answer. */
import { limits, type Message, type User } from '@roost/protocol'

import { changesOf, sendsOf, withChanges } from './pending-changes.ts'
import { isConfirmed, isSend, isWaiting } from './pending-write.ts'
import type {
  ConversationState,
  PendingChange,
  PendingMembership,
  PendingMessage,
  PendingWrite,
  State,
} from './state.ts'
import { reachesBackTo } from './window.ts'

export type MessageStatus = 'waiting' | 'failed' | 'stored' | 'delivered' | 'read'

const listed = new WeakMap<
  State['conversations'],
  { outbox: State['outbox']; list: readonly ConversationState[] }
>()

/**
 * My conversations in the order of a chat list: pinned ones first, then by newest activity. Without the
 * rooms that I am leaving.
 */
export function chatList(state: State): readonly ConversationState[] {
  const held = listed.get(state.conversations)
  if (held?.outbox === state.outbox) return held.list
  const activity = new Map<string, number>()
  for (const { conversationId, createdAt } of state.outbox.filter(isSend))
    activity.set(conversationId, Math.max(createdAt, activity.get(conversationId) ?? 0))
  const activeAt = (conversation: ConversationState) =>
    Math.max(
      activity.get(conversation.id) ?? 0,
      conversation.lastMessage?.createdAt ?? conversation.createdAt,
    )
  const isPinned = ({ membership }: ConversationState) => (membership?.pinnedAt ? 1 : 0)
  const sorted = mine(state).toSorted(
    (a, b) => isPinned(b) - isPinned(a) || activeAt(b) - activeAt(a) || (a.id < b.id ? 1 : -1),
  )
  const list = held && sameItems(held.list, sorted) ? held.list : sorted
  listed.set(state.conversations, { outbox: state.outbox, list })
  return list
}

/** Those that I am in, and am not leaving. */
function mine({ conversations, outbox }: State): ConversationState[] {
  const left = outbox.filter(({ type, failed }) => type === 'leave' && !failed)
  return Object.values(conversations).filter(
    ({ id, membership }) =>
      membership !== null && !left.some(({ conversationId }) => conversationId === id),
  )
}

function sameItems<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((item, at) => item === b[at])
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

/**
 * Whether the messages in memory lead from the first unread one, if any, to the newest: so the
 * conversation can be shown before the server has been asked.
 */
export function showsWhatIsNew({ window, membership, unread }: ConversationState): boolean {
  if (!window || !membership || window.hasAfter) return false
  return unread === 0 || reachesBackTo(window, membership.readSeq)
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
  /** What of the outbox is about this conversation and can be seen. */
  readonly pending: State['outbox']
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
  { outbox }: Pick<State, 'outbox'>,
): readonly (Message | PendingMessage)[] {
  const { messages = noMessages, hasAfter = false } = conversation.window ?? {}
  const held = messages === noMessages ? undefined : timelines.get(messages)
  if (held?.outbox === outbox && held.hasAfter === hasAfter) return held.items
  const pending = outbox.filter((entry) => isVisibleIn(entry, conversation.id))
  const same = held?.hasAfter === hasAfter && sameItems(held.pending, pending)
  const items = same ? held.items : arrange(messages, pending, { conversation, hasAfter })
  if (messages !== noMessages) timelines.set(messages, { outbox, pending, hasAfter, items })
  return items
}

function isVisibleIn(entry: PendingWrite, conversationId: string): boolean {
  const { type } = entry
  return (
    entry.conversationId === conversationId &&
    type !== 'read' &&
    type !== 'join' &&
    type !== 'leave'
  )
}

function arrange(
  messages: readonly Message[],
  pending: State['outbox'],
  { conversation: { id }, hasAfter }: { conversation: ConversationState; hasAfter: boolean },
): readonly (Message | PendingMessage)[] {
  const changed = applyChanges(messages, changesOf(pending, id))
  const sends = hasAfter
    ? []
    : sendsOf(pending, id).filter((send) => !messages.some((one) => one.id === send.clientId))
  return sends.length === 0 ? changed : [...changed, ...sends]
}

function applyChanges(
  messages: readonly Message[],
  changes: readonly PendingChange[],
): readonly Message[] {
  return changes.length === 0 ? messages : messages.map((message) => withChanges(message, changes))
}

/** The message that a chat list shows, with the changes under way; the same object while they are none. */
export function lastMessage(
  { id, lastMessage: message }: ConversationState,
  outbox: State['outbox'],
): Message | null {
  return message && (applyChanges([message], changesOf(outbox, id))[0] ?? message)
}

/** What was written last in a conversation, on its way or stored, with the changes under way. */
export function lastPost(
  conversation: ConversationState,
  outbox: State['outbox'],
): Message | PendingMessage | null {
  return sendsOf(outbox, conversation.id).at(-1) ?? lastMessage(conversation, outbox)
}

/**
 * What I did to a message that the server refused, for the user to retry or discard; the newest, if
 * it was more than one thing.
 */
export function failedChange(
  outbox: State['outbox'],
  messageId: string,
): PendingChange | undefined {
  return outbox.findLast(
    (entry): entry is PendingChange =>
      'messageId' in entry && entry.messageId === messageId && entry.failed !== undefined,
  )
}

/**
 * What the server refused, of conversations that I am not in any more, or never got into: no chat in
 * the list leads to it. Nothing while the list is not known.
 */
export function strandedWrites(state: State): readonly PendingWrite[] {
  if (!state.conversationsLoaded) return []
  return state.outbox.filter(
    ({ failed, conversationId }) => failed && !state.conversations[conversationId]?.membership,
  )
}

/** Whether I am about to join or to leave a room, or was refused. */
export function pendingMembership(
  outbox: State['outbox'],
  conversationId: string,
): PendingMembership | undefined {
  return outbox.findLast(
    (entry): entry is PendingMembership =>
      (entry.type === 'join' || entry.type === 'leave') && entry.conversationId === conversationId,
  )
}

/**
 * Unread messages in all my conversations together; one that has more than 999 counts 1,000. Of one that
 * is archived, or muted at `now` (milliseconds since the epoch), only those count that mention me.
 */
export function totalUnread(state: State, now: number): number {
  return mine(state).reduce((sum, { membership, unread, mentions }) => {
    if (!membership) return sum
    const silent = membership.archivedAt !== null || (membership.mutedUntil ?? 0) > now
    return sum + (silent ? mentions : unread)
  }, 0)
}

/** How many of my messages wait for the server, in all conversations together. */
export function waitingCount({ outbox }: State): number {
  return outbox.filter((entry) => isSend(entry) && isWaiting(entry)).length
}

/** How much of what I did would be lost with the outbox: all but how far I have read. */
export function unsentCount({ outbox }: State): number {
  return outbox.filter((entry) => entry.type !== 'read' && !isConfirmed(entry)).length
}
