export { createClient, type Client } from './client.ts'
export { ApiError, ConnectionError, ProtocolError } from './errors.ts'
export type { ClientOptions, ClientStorage, Clock, WebSocketLike } from './options.ts'
export {
  chatList,
  conversationTitle,
  lastMessage,
  messageStatus,
  otherPerson,
  timeline,
  totalUnread,
  typingUsers,
  waitingCount,
  type MessageStatus,
} from './selectors.ts'
export type {
  Connection,
  ConversationState,
  MessageWindow,
  PendingChange,
  PendingMessage,
  Presence,
  Recent,
  State,
} from './state.ts'
