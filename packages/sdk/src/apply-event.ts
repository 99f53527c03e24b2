/** What each durable event does to the state. Pure: a stale state and its events make the fresh one. */
import { limits, type Event, type Message, type UserEvent } from '@roost/protocol'
import { seeded } from '@roost/protocol/seeded-bugs'

import { withQuoteOf, withReaction } from './changed-messages.ts'
import { insertConversations, withReceipt } from './snapshot.ts'
import type { ConversationState, State } from './state.ts'
import {
  putConversation,
  withConversation,
  withMembership,
  withoutConversation,
  withoutPending,
  withUsers,
} from './store.ts'
import { applyReadMark, countChange, countMessage } from './unread.ts'
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
  // Of an event that this client does not know it does not know the id either.
  let next: ConversationState = { ...mine, lastSeq: seq, lastEventId: event?.id ?? '' }
  if (event) next = applyToConversation(next, event, state.me?.id ?? '')
  if (message) next = addMessage(next, message, state.me?.id)
  return withoutWrite(putConversation(state, next), event?.id)
}

function applyToConversation(
  conversation: ConversationState,
  event: Event,
  meId: string,
): ConversationState {
  switch (event.type) {
    case 'conversation.created':
    case 'conversation.changed': {
      // Counted by those who join and leave: replayed, it would be the count of today.
      const { memberCount: _memberCount, ...base } = event.conversation
      return { ...conversation, ...base }
    }
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
    case 'member.changed': {
      const { membership } = conversation
      const { userId, role } = event.member
      return userId === meId && membership
        ? { ...conversation, membership: { ...membership, role } }
        : conversation
    }
    case 'message.created':
      return stopTyping(conversation, event.message.senderId)
    case 'message.changed': {
      const { message, mentionsBefore } = event
      const counted = countChange(
        conversation,
        { seq: conversation.lastSeq, message, mentionsBefore },
        meId,
      )
      return changeMessages(counted, (held) => replaced(held, message))
    }
    case 'reaction.changed':
      return changeMessages(conversation, (held) =>
        held.seq === event.messageSeq ? reacted(held, event, meId) : held,
      )
    case 'message.hidden':
      return conversation
  }
}

/** Changes the messages in memory: those of the window, and the one that the chat list shows. */
function changeMessages(
  conversation: ConversationState,
  change: (message: Message) => Message,
): ConversationState {
  const { lastMessage, window } = conversation
  const messages = window?.messages.map(change)
  const last = lastMessage && change(lastMessage)
  return {
    ...conversation,
    lastMessage: last,
    ...(window && messages?.some((message, at) => message !== window.messages[at])
      ? { window: { ...window, messages } }
      : {}),
  }
}

/** The new state of a message in place of the old one; what quotes it quotes the new words. */
function replaced(held: Message, now: Message): Message {
  if (held.seq === now.seq) {
    const mine = new Set(held.reactions.filter((one) => one.mine).map(({ emoji }) => emoji))
    const reactions = now.reactions.map((one) =>
      mine.has(one.emoji) ? { ...one, mine: true } : one,
    )
    return { ...now, reactions }
  }
  if (held.replyTo?.seq !== now.seq) return held
  return withQuoteOf(held, now)
}

function reacted(
  held: Message,
  { userId, emoji, on, count }: Extract<Event, { type: 'reaction.changed' }>,
  meId: string,
): Message {
  const before = held.reactions.find((one) => one.emoji === emoji)?.mine === true
  return withReaction(held, { emoji, count, mine: userId === meId ? on : before })
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
  return 'message' in event && event.type !== 'message.changed' ? event.message : undefined
}

export function stopTyping(conversation: ConversationState, userId: string): ConversationState {
  if (conversation.typing[userId] === undefined) return conversation
  const { [userId]: _until, ...typing } = conversation.typing
  return { ...conversation, typing }
}

/** An event under the id of a pending write is that write, stored. */
function withoutWrite(state: State, id: string | undefined): State {
  if (seeded?.('pending-kept-beside-stored')) return state
  return withoutPending(state, ({ clientId }) => clientId === id)
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
    case 'membership.changed':
      return withMembership(state, event.conversationId, event.membership)
    case 'me.changed':
      return state
  }
}
