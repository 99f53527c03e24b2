export { createClient, type Client } from './client.ts'
export { ApiError, ConnectionError, ProtocolError } from './errors.ts'
export type { ClientOptions, ClientStorage, Clock, WebSocketLike } from './options.ts'
export {
  chatList,
  conversationTitle,
  failedChange,
  lastMessage,
  lastPost,
  messageStatus,
  otherPerson,
  pendingMembership,
  showsWhatIsNew,
  strandedWrites,
  timeline,
  totalUnread,
  typingUsers,
  unsentCount,
  waitingCount,
  type MessageStatus,
} from './selectors.ts'
export type { Tabs } from './tabs.ts'
export type {
  Connection,
  ConversationState,
  MessageWindow,
  PendingChange,
  PendingMembership,
  PendingMessage,
  PendingWrite,
  Presence,
  Recent,
  Refusal,
  State,
} from './state.ts'
