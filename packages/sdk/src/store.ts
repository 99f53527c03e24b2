/** The holder of the state: replaces it, and tells those who listen. */
import type { Conversation, Membership, User } from '@roost/protocol'

import { hasArrived, isConfirmed, isSend } from './pending-write.ts'
import type { ConversationState, PendingWrite, State } from './state.ts'

export interface Store {
  getState(): State
  /** Returning the same state changes nothing and tells nobody. */
  update(change: (state: State) => State): void
  subscribe(listener: () => void): () => void
}

export const emptyState: State = {
  session: 'starting',
  connection: { status: 'connecting', since: null },
  me: null,
  server: null,
  users: {},
  presence: {},
  conversations: {},
  conversationsLoaded: false,
  cursor: null,
  outbox: [],
}

export function createStore(): Store {
  let state = emptyState
  const listeners = new Set<() => void>()
  return {
    getState: () => state,
    update(change) {
      const next = change(state)
      if (next === state) return
      state = next
      for (const listener of listeners) listener()
    },
    subscribe(listener) {
      // A wrapper, so that the same function may listen twice.
      const own = () => listener()
      listeners.add(own)
      return () => listeners.delete(own)
    },
  }
}

/** Adds people, or what is new about them. */
export function withUsers(state: State, users: readonly User[]): State {
  const news = users.filter((user) => !sameUser(state.users[user.id], user))
  if (news.length === 0) return state
  return {
    ...state,
    users: { ...state.users, ...Object.fromEntries(news.map((user) => [user.id, user])) },
  }
}

function sameUser(a: User | undefined, b: User): boolean {
  return (
    a?.name === b.name && a.username === b.username && a.kind === b.kind && a.picture === b.picture
  )
}

/** Changes one conversation, if it is there. */
export function withConversation(
  state: State,
  id: Conversation['id'],
  change: (conversation: ConversationState) => ConversationState,
): State {
  const mine = state.conversations[id]
  if (!mine) return state
  const next = change(mine)
  return next === mine ? state : putConversation(state, next)
}

/** What I set for myself in a conversation. */
export function withMembership(
  state: State,
  id: Conversation['id'],
  settings: Pick<Membership, 'notify' | 'mutedUntil' | 'pinnedAt' | 'archivedAt'>,
): State {
  return withConversation(state, id, (mine) =>
    mine.membership ? { ...mine, membership: { ...mine.membership, ...settings } } : mine,
  )
}

/** Puts conversations in. Sends of mine that their logs have got to are no longer pending. */
export function putConversations(state: State, news: readonly ConversationState[]): State {
  if (news.length === 0) return state
  const conversations = { ...state.conversations }
  for (const conversation of news) conversations[conversation.id] = conversation
  return withoutPending({ ...state, conversations }, (entry) =>
    hasArrived(entry, conversations[entry.conversationId]),
  )
}

export function putConversation(state: State, conversation: ConversationState): State {
  return putConversations(state, [conversation])
}

/** Takes a conversation out, and the sends that only waited for its log to show them. */
export function withoutConversation(state: State, id: Conversation['id']): State {
  const next = withoutConfirmed(state, id)
  if (!next.conversations[id]) return next
  const { [id]: _gone, ...conversations } = next.conversations
  return { ...next, conversations }
}

/** Takes out the sends that wait for a log which does not get to them. */
export function withoutConfirmed(state: State, id: Conversation['id']): State {
  return withoutPending(
    state,
    (entry) => entry.conversationId === id && isSend(entry) && isConfirmed(entry),
  )
}

/** Takes out of the outbox what is over. */
export function withoutPending(state: State, isOver: (entry: PendingWrite) => boolean): State {
  return state.outbox.some(isOver)
    ? { ...state, outbox: state.outbox.filter((entry) => !isOver(entry)) }
    : state
}
