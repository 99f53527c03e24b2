/** A call of every endpoint whose shape is right: what becomes of it depends on who makes it, and where. */
import {
  adminEndpoints,
  endpoints,
  type AdminEndpointName,
  type Endpoint,
  type EndpointName,
} from '@roost/protocol'

import { newClientId, pathOf, type Attempt } from './person.ts'
import { sendRaw, type RawReply } from './send-raw.ts'
import { PASSWORD } from './start-test-server.ts'

export type AnyEndpointName = EndpointName | AdminEndpointName
export const everyEndpoint: Readonly<Record<AnyEndpointName, Endpoint>> = {
  ...endpoints,
  ...adminEndpoints,
}

export interface Place {
  readonly conversationId: string
  readonly messageId: string
  /** In the conversation. */
  readonly memberId: string
  /** Not in it. */
  readonly otherId: string
  /** The account that administrators do something to. */
  readonly accountId: string
  /** The caller's. */
  readonly email: string
  /** Of somebody else. */
  readonly sessionId: string
  /** Of the conversation, and into it. */
  readonly pictureId: string
  readonly inviteId: string
}

/** One pixel. */
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)
const account = {
  username: 'dave',
  name: 'Dave',
  email: 'dave@example.org',
  password: 'marmot lantern fjord',
}
const room = ({ conversationId: id }: Place) => ({ params: { id } })
const message = ({ messageId: id }: Place) => ({ params: { id } })
const person = ({ accountId: id }: Place) => ({ params: { id } })
const repeatable = () => ({ clientId: newClientId() })
const search = { query: 'a', limit: 5 }
const reaction = ({ messageId: id }: Place) => ({
  params: { id, emoji: '👍' },
  body: repeatable(),
})

export const rightCalls: Readonly<Record<AnyEndpointName, (place: Place) => Attempt>> = {
  server: () => ({}),
  openapi: () => ({}),
  setUp: () => ({ body: { ...account, token: 'a guess' } }),
  signUp: () => ({ body: { ...account, invite: 'a guess' } }),
  signInUsername: () => ({ body: { username: 'nobody', password: 'wrong', rememberMe: true } }),
  signInEmail: () => ({
    body: { email: 'nobody@example.org', password: 'wrong', rememberMe: true },
  }),
  signOut: () => ({}),
  requestPasswordReset: () => ({ body: { login: 'nobody' } }),
  resetPassword: () => ({ body: { token: 'a guess', newPassword: account.password } }),
  me: () => ({}),
  updateMe: () => ({ body: { locale: 'de', timeZone: 'Europe/Berlin' } }),
  setMyPicture: () => ({ body: png }),
  removeMyPicture: () => ({}),
  changePassword: () => ({ body: { currentPassword: PASSWORD, newPassword: PASSWORD } }),
  changeEmail: ({ email }) => ({ body: { password: PASSWORD, email } }),
  sessions: () => ({}),
  endSession: ({ sessionId: id }) => ({ params: { id } }),
  endOtherSessions: () => ({}),
  users: () => ({ query: search }),
  user: ({ memberId: id }) => ({ params: { id } }),
  conversations: () => ({ query: { limit: 5 } }),
  createConversation: ({ memberId }) => ({
    body: {
      clientId: newClientId(),
      kind: 'room',
      name: 'Room',
      topic: 'x',
      visibility: 'public',
      history: 'all',
      userIds: [memberId],
    },
  }),
  rooms: () => ({ query: search }),
  conversation: room,
  updateConversation: (place) => ({
    ...room(place),
    body: { ...repeatable(), name: 'Galley', topic: 'x' },
  }),
  deleteConversation: room,
  setRoomPicture: (place) => ({ ...room(place), body: png }),
  removeRoomPicture: room,
  updateMembership: (place) => ({
    ...room(place),
    body: { mutedUntil: 0, pinned: true, archived: false },
  }),
  join: (place) => ({ ...room(place), body: repeatable() }),
  leave: (place) => ({ ...room(place), body: repeatable() }),
  members: (place) => ({ ...room(place), query: search }),
  addMember: (place) => ({ ...room(place), body: { ...repeatable(), userId: place.otherId } }),
  updateMember: ({ conversationId: id, memberId: userId }) => ({
    params: { id, userId },
    body: { ...repeatable(), role: 'admin' },
  }),
  removeMember: ({ conversationId: id, memberId: userId }) => ({
    params: { id, userId },
    body: repeatable(),
  }),
  messages: (place) => ({ ...room(place), query: { limit: 5 } }),
  sendMessage: (place) => ({
    ...room(place),
    body: { ...repeatable(), body: 'hello', mentions: [place.memberId] },
  }),
  message,
  editMessage: (place) => ({
    ...message(place),
    body: { ...repeatable(), body: 'better', mentions: [place.memberId] },
  }),
  deleteMessage: (place) => ({ ...message(place), body: repeatable() }),
  reactions: (place) => ({ ...message(place), query: { limit: 5 } }),
  react: reaction,
  unreact: reaction,
  markRead: (place) => ({ ...room(place), body: { seq: 1 } }),
  events: (place) => ({ ...room(place), query: { after: 0, limit: 5 } }),
  changes: (place) => ({ ...room(place), query: { after: 0, from: 1, to: 5 } }),
  sync: ({ conversationId }) => ({
    body: { epoch: 'another', userSeq: 0, heads: [{ conversationId, seq: 1 }] },
  }),
  picture: ({ pictureId: id }) => ({ params: { id }, query: { size: 'small' } }),
  search: ({ conversationId }) => ({ query: { ...search, conversationId } }),
  senders: ({ conversationId }) => ({ query: { ...search, conversationId } }),
  invites: ({ conversationId }) => ({ query: { conversationId, limit: 5 } }),
  createInvite: ({ conversationId }) => ({
    body: { conversationId, expiresIn: 3_600_000, maxUses: 1 },
  }),
  revokeInvite: ({ inviteId: id }) => ({ params: { id } }),
  lookAtInvite: () => ({ body: { token: 'a guess' } }),
  redeemInvite: () => ({ body: { token: 'a guess' } }),

  adminUsers: () => ({ query: search }),
  adminCreateUser: () => {
    const username = `dave-${newClientId().slice(-12)}`
    return { body: { ...account, username, email: `${username}@example.org`, role: 'user' } }
  },
  adminUpdateUser: (place) => ({ ...person(place), body: { name: 'Other' } }),
  adminSignOutUser: person,
  adminResetLink: person,
  adminDeleteUser: (place) => ({ ...person(place), body: { messages: 'keep' } }),
  adminRooms: () => ({ query: search }),
  adminRoomMembers: (place) => ({ ...room(place), query: search }),
  adminUpdateRoom: (place) => ({ ...room(place), body: { name: 'Galley', topic: 'x' } }),
  adminDeleteRoom: room,
  adminMessages: () => ({ query: search }),
  adminDeleteMessage: message,
  adminInvites: () => ({ query: { limit: 5 } }),
  adminSettings: () => ({}),
  adminUpdateSettings: () => ({ body: { serverName: 'Harbour' } }),
  adminHealth: () => ({}),
  adminAudit: () => ({ query: { limit: 5 } }),
}

/** Sends a body as the endpoint has it: JSON, or a file. */
export function sendCall(
  url: string,
  endpoint: Pick<Endpoint, 'method' | 'path'>,
  call: Attempt & { who: { token: string } | undefined },
): Promise<RawReply> {
  const { who, body } = call
  const isFile = Buffer.isBuffer(body)
  return sendRaw(url, {
    method: endpoint.method,
    path: pathOf({ ...endpoint, summary: '', response: everyEndpoint.server.response }, call),
    headers: {
      ...(who && { authorization: `Bearer ${who.token}` }),
      ...(body !== undefined && { 'content-type': isFile ? 'image/png' : 'application/json' }),
    },
    ...(body !== undefined && { body: isFile ? body : JSON.stringify(body) }),
  })
}
