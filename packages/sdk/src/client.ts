/** The public face of the SDK. */
import type {
  ConversationBase,
  Me,
  Member,
  RoomListing,
  ServerInfo,
  SetUp,
  SignUp,
  User,
} from '@roost/protocol'

import type { ClientOptions } from './options.ts'
import type { State } from './state.ts'

export interface Client {
  getState(): State
  /** Calls `listener` after every change, until the returned function is called. */
  subscribe(listener: () => void): () => void

  /** Reads the server's face and the session; when signed in, loads the chat list and connects. */
  start(): Promise<void>
  /** Closes the socket and stops all timers. The outbox stays in storage. */
  stop(): void

  signUp(account: SignUp): Promise<void>
  setUp(account: SetUp): Promise<void>
  /** `login` is a user name or, when it contains `@`, an e-mail address. */
  signIn(credentials: { login: string; password: string; rememberMe?: boolean }): Promise<void>
  /** Ends the session on the server and wipes what this client stored. */
  signOut(): Promise<void>
  updateMe(change: { locale?: string | null; timeZone?: string | null }): Promise<void>

  findUsers(options: { query?: string; cursor?: string }): Promise<{ users: User[]; nextCursor?: string }>
  findRooms(options: { query?: string; cursor?: string }): Promise<{ rooms: RoomListing[]; nextCursor?: string }>
  findMembers(
    conversationId: string,
    options: { query?: string; cursor?: string },
  ): Promise<{ members: (Member & { user: User })[]; nextCursor?: string }>

  /** Opens the direct chat with someone, making it if there is none. Returns its id. */
  openDirect(userId: string): Promise<string>
  createRoom(room: {
    name: string
    topic?: string
    visibility: ConversationBase['visibility']
    userIds?: readonly string[]
  }): Promise<string>
  joinRoom(conversationId: string): Promise<void>
  leaveRoom(conversationId: string): Promise<void>
  addMember(conversationId: string, userId: string): Promise<void>

  /**
   * Makes sure that a conversation and its newest messages (or those around its first unread one) are
   * in the store. Rejects with an `ApiError` `not_found` when it is not mine to see.
   */
  openConversation(conversationId: string): Promise<void>
  /** Extends the window by a page. Resolves when it is in the store; concurrent calls share one request. */
  loadBefore(conversationId: string): Promise<void>
  loadAfter(conversationId: string): Promise<void>
  /** Replaces the window by a page around a seq, by the first page, or by the newest one. */
  jumpTo(conversationId: string, place: number | 'first' | 'last'): Promise<void>

  /** Stores the message in the outbox and sends it. Returns its id at once. */
  send(conversationId: string, message: { body: string; replyTo?: string; mentions?: string[] }): string
  retry(clientId: string): void
  /** Deletes a message that has not been acknowledged. */
  discard(clientId: string): void

  /** I have read up to `seq`. At most one request a second per conversation; the last mark wins. */
  markRead(conversationId: string, seq: number): void
  /** I am typing. May be called on every key; sends at most one signal a second. */
  typing(conversationId: string): void
  /** Follows the presence of these people, in place of those of the last call. */
  watch(userIds: readonly string[]): void
}

export function createClient(options: ClientOptions): Client {
  throw new Error(`not yet: ${options.baseUrl}`)
}
export type { ServerInfo, Me }
