/** Every endpoint of /api/v1: the server registers these, the SDK calls them, OpenAPI prints them. */
import { z } from 'zod'

import { setUp, signedIn } from './account.ts'
import {
  conversationPage,
  conversationReply,
  createConversation,
  roomPage,
} from './conversation.ts'
import { eventPage } from './event.ts'
import { clientId, id, seq, seqOrZero } from './ids.ts'
import { limits } from './limits.ts'
import { memberPage } from './membership.ts'
import { message, messagePage, sendMessage } from './message.ts'
import { serverInfo } from './server-info.ts'
import { query } from './text.ts'
import { me, updateMe, user } from './user.ts'

export interface Endpoint {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly summary: string
  /** 200 where absent. An endpoint that stores may answer 201, and 200 to a repeated `clientId`. */
  readonly created?: true
  readonly public?: true
  readonly params?: z.ZodObject
  readonly query?: z.ZodObject
  readonly body?: z.ZodType
  readonly response: z.ZodType
}
const define = <const E extends Endpoint>(endpoint: E): E => endpoint

const byId = z.strictObject({ id })
/** Holds a name in base64url, in which one character may take twelve. */
const cursor = z.string().max(4_096).optional()
/** A whole number in a query string; programs may pass it as a number. */
const whole = (min: number, max: number) =>
  z
    .union([z.int(), z.string().regex(/^\d{1,15}$/)])
    .transform(Number)
    .pipe(z.int().min(min).max(max))
    .optional()
const limit = whole(1, limits.pageMax)

export const endpoints = {
  server: define({
    method: 'GET',
    path: '/api/v1/server',
    summary: 'What anyone may know of this server',
    public: true,
    response: serverInfo,
  }),
  setUp: define({
    method: 'POST',
    path: '/api/v1/setup',
    summary: "Make the owner's account with the one-time token",
    public: true,
    body: setUp,
    response: signedIn,
  }),
  me: define({ method: 'GET', path: '/api/v1/me', summary: 'My profile', response: me }),
  updateMe: define({
    method: 'PATCH',
    path: '/api/v1/me',
    summary: 'Change my settings',
    body: updateMe,
    response: me,
  }),
  users: define({
    method: 'GET',
    path: '/api/v1/users',
    summary: 'Find people by name; or look up named ids',
    query: z.strictObject({
      query,
      cursor,
      limit,
      ids: z
        .string()
        .transform((list) => list.split(','))
        .pipe(z.array(id).max(limits.pageMax))
        .optional(),
    }),
    response: z.object({ users: z.array(user), nextCursor: z.string().optional() }),
  }),
  user: define({
    method: 'GET',
    path: '/api/v1/users/:id',
    summary: 'One profile',
    params: byId,
    response: user,
  }),
  conversations: define({
    method: 'GET',
    path: '/api/v1/conversations',
    summary: 'My chat list, newest activity first',
    query: z.strictObject({ cursor, limit }),
    response: conversationPage,
  }),
  createConversation: define({
    method: 'POST',
    path: '/api/v1/conversations',
    summary: 'Open a direct chat, or make a room',
    created: true,
    body: createConversation,
    response: conversationReply,
  }),
  rooms: define({
    method: 'GET',
    path: '/api/v1/rooms',
    summary: 'The directory of public rooms',
    query: z.strictObject({ query, cursor, limit }),
    response: roomPage,
  }),
  conversation: define({
    method: 'GET',
    path: '/api/v1/conversations/:id',
    summary: 'One conversation',
    params: byId,
    response: conversationReply,
  }),
  join: define({
    method: 'POST',
    path: '/api/v1/conversations/:id/join',
    summary: 'Join a public room',
    params: byId,
    body: z.strictObject({ clientId: clientId.optional() }),
    response: conversationReply,
  }),
  leave: define({
    method: 'POST',
    path: '/api/v1/conversations/:id/leave',
    summary: 'Leave a room',
    params: byId,
    body: z.strictObject({ clientId: clientId.optional() }),
    response: z.object({ seq }),
  }),
  members: define({
    method: 'GET',
    path: '/api/v1/conversations/:id/members',
    summary: 'Who is in it, by name',
    params: byId,
    query: z.strictObject({ query, cursor, limit }),
    response: memberPage,
  }),
  addMember: define({
    method: 'POST',
    path: '/api/v1/conversations/:id/members',
    summary: 'Add someone to a room',
    created: true,
    params: byId,
    body: z.strictObject({ clientId: clientId.optional(), userId: id }),
    response: z.object({ userId: id, seq }),
  }),
  messages: define({
    method: 'GET',
    path: '/api/v1/conversations/:id/messages',
    summary: 'A page of messages by seq: the newest, or before, after or around one',
    params: byId,
    query: z.strictObject({
      before: whole(1, Number.MAX_SAFE_INTEGER),
      after: whole(0, Number.MAX_SAFE_INTEGER),
      around: whole(1, Number.MAX_SAFE_INTEGER),
      limit,
    }),
    response: messagePage,
  }),
  sendMessage: define({
    method: 'POST',
    path: '/api/v1/conversations/:id/messages',
    summary: 'Send a message; the same clientId again answers with the same message',
    created: true,
    params: byId,
    body: sendMessage,
    response: message,
  }),
  message: define({
    method: 'GET',
    path: '/api/v1/messages/:id',
    summary: 'One message',
    params: byId,
    response: message,
  }),
  markRead: define({
    method: 'PUT',
    path: '/api/v1/conversations/:id/read',
    summary: 'I have read up to this seq; only grows',
    params: byId,
    body: z.strictObject({ seq }),
    response: z.object({
      readSeq: seqOrZero,
      unread: z.int().nonnegative(),
      mentions: z.int().nonnegative(),
      lastSeq: seqOrZero,
    }),
  }),
  events: define({
    method: 'GET',
    path: '/api/v1/conversations/:id/events',
    summary: 'Replay the log after a seq, to repair a gap',
    params: byId,
    query: z.strictObject({
      after: whole(0, Number.MAX_SAFE_INTEGER),
      limit: whole(1, limits.eventsMax),
    }),
    response: eventPage,
  }),
} as const satisfies Record<string, Endpoint>
export type EndpointName = keyof typeof endpoints

/** What an endpoint takes, as a caller writes it (`In`) and as a handler reads it (`Out`). */
type Side<S, K extends 'in' | 'out'> = S extends z.ZodType
  ? K extends 'in'
    ? z.input<S>
    : z.output<S>
  : undefined
type Field<E, N extends string> = E extends Record<N, infer S> ? S : undefined
export type In<E> = {
  params: Side<Field<E, 'params'>, 'in'>
  query: Side<Field<E, 'query'>, 'in'>
  body: Side<Field<E, 'body'>, 'in'>
}
export type Out<E> = {
  params: Side<Field<E, 'params'>, 'out'>
  query: Side<Field<E, 'query'>, 'out'>
  body: Side<Field<E, 'body'>, 'out'>
}
export type Reply<E extends Endpoint> = z.input<E['response']>
