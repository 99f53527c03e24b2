export { createClient, type Client } from './client.ts'
export type { ClientOptions, ClientStorage, Clock, WebSocketLike } from './options.ts'
export type {
  Connection,
  ConversationState,
  MessageWindow,
  PendingMessage,
  Presence,
  State,
} from './state.ts'
