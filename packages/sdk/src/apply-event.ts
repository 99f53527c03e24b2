/** What each durable event does to the state. Pure: a stale state and its events make the fresh one. */
import { limits, type Event, type Message, type UserEvent } from '@roost/protocol'

import { insertConversations, withReceipt } from './snapshot.ts'
import type { ConversationState, State } from './state.ts'
import { putConversation, withConversation, withoutConversation, withUsers } from './store.ts'
import { applyReadMark, countMessage } from './unread.ts'
import { appendMessage } from './window.ts'

/**
 * Applies the event that follows a conversation's cursor. Any other seq changes nothing: what it
 * means (a repetition, a gap) is for the caller to decide.
 * @param event null for one of a type that this client does not know: it moves the cursor only
 */
export function applyEvent(
  state: State,
  conversationId: string,
  seq: number,
  event: Event | null,
): State {
  const mine = state.conversations[conversationId]
  if (!mine || seq !== mine.lastSeq + 1) return state
  const message = event ? lineOf(event) : undefined
  let next: ConversationState = { ...mine, lastSeq: seq }
  if (event) next = applyToConversation(next, event, state.me?.id)
  if (message) next = addMessage(next, message, state.me?.id)
  return withoutPending(putConversation(state, next), event?.id)
}

function applyToConversation(
  conversation: ConversationState,
  event: Event,
  meId: string | undefined,
): ConversationState {
  switch (event.type) {
    case 'conversation.created':
      return { ...conversation, ...event.conversation }
    case 'member.joined': {
      const memberCount = conversation.memberCount + 1
      if (memberCount > limits.smallRoomMax) return { ...conversation, memberCount, receipts: {} }
      // What came before they joined counts as read.
      const { userId } = event.member
      const marks = { userId, deliveredSeq: conversation.lastSeq, readSeq: conversation.lastSeq }
      const receipts =
        userId === meId ? conversation.receipts : withReceipt(conversation.receipts, marks)
      return { ...conversation, memberCount, receipts }
    }
    case 'member.left': {
      const { [event.userId]: _receipt, ...receipts } = conversation.receipts
      const memberCount = Math.max(0, conversation.memberCount - 1)
      return stopTyping({ ...conversation, memberCount, receipts }, event.userId)
    }
    case 'message.created':
      return stopTyping(conversation, event.message.senderId)
  }
}

function addMessage(
  conversation: ConversationState,
  message: Message,
  meId: string | undefined,
): ConversationState {
  const { window } = conversation
  return {
    ...countMessage(conversation, message, meId),
    lastMessage: message,
    ...(window && { window: appendMessage(window, message) }),
  }
}

/** The line that an event puts into the timeline. */
export function lineOf(event: Event): Message | undefined {
  return event.message
}

export function stopTyping(conversation: ConversationState, userId: string): ConversationState {
  if (conversation.typing[userId] === undefined) return conversation
  const { [userId]: _until, ...typing } = conversation.typing
  return { ...conversation, typing }
}

/** An event under the id of a pending send is that send, stored. */
function withoutPending(state: State, clientId: string | undefined): State {
  if (!state.outbox.some((entry) => entry.clientId === clientId)) return state
  return { ...state, outbox: state.outbox.filter((entry) => entry.clientId !== clientId) }
}

/**
 * Applies one of my own events. `read.changed` needs the conversation at or after the event it was
 * counted at (see `applyReadMark`), and `me.changed` says only that the profile is to be read again.
 */
export function applyUserEvent(state: State, event: UserEvent): State {
  switch (event.type) {
    case 'conversation.joined':
      return insertConversations(withUsers(state, event.users), [event.conversation])
    case 'conversation.left': {
      const mine = state.conversations[event.conversationId]
      // Something after it means that I have joined again since.
      const again = mine !== undefined && mine.lastSeq > event.seq
      return again ? state : withoutConversation(state, event.conversationId)
    }
    case 'read.changed':
      return withConversation(state, event.conversationId, (mine) => {
        const marked = applyReadMark(mine, event)
        return typeof marked === 'string' ? mine : marked
      })
    case 'me.changed':
      return state
  }
}
