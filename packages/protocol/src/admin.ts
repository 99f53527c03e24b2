/** What owners and administrators of the server see and do. Nothing here reads a direct chat. */
import * as z from 'zod/mini'

import { conversationBase, visibility } from './conversation.ts'
import { id, time } from './ids.ts'
import { limits } from './limits.ts'
import { message } from './message.ts'
import { line, username } from './text.ts'
import { serverRole, user } from './user.ts'

export const adminUser = z.extend(user, {
  email: z.nullable(z.string()),
  role: serverRole,
  createdAt: time,
  lastSeenAt: z.nullable(time),
  disabled: z.boolean(),
})
export type AdminUser = z.infer<typeof adminUser>

export const userFilter = z.enum(['all', 'admins', 'disabled'])

/** Without a password the answer carries a link by which the person sets one. */
export const adminCreateUser = z.strictObject({
  username,
  name: line(limits.displayNameMax),
  email: z.email().check(z.maxLength(254)),
  password: z.optional(z.string().check(z.maxLength(1_000))),
  role: z.optional(z.enum(['admin', 'user'])),
})

export const adminUpdateUser = z.strictObject({
  name: z.optional(line(limits.displayNameMax)),
  role: z.optional(serverRole).check(z.describe('only the owner makes owners and administrators')),
  disabled: z.optional(z.boolean()),
})

/**
 * A link that sets a new password, once. `url` is null where the server does not know its public
 * address (ROOST_ORIGIN): then append `path` to the address you use.
 */
export const resetLink = z.object({
  path: z.string(),
  url: z.nullable(z.string()),
  expiresAt: time,
})
export type ResetLink = z.infer<typeof resetLink>

export const adminUserPage = z.object({
  users: z.array(adminUser),
  nextCursor: z.optional(z.string()),
})

export const adminRoom = z.extend(conversationBase, {
  lastActivityAt: time,
  ownerId: z.nullable(id),
})
export type AdminRoom = z.infer<typeof adminRoom>

export const adminRoomPage = z.object({
  rooms: z.array(adminRoom),
  users: z.array(user),
  nextCursor: z.optional(z.string()),
})

export const adminUpdateRoom = z.strictObject({
  name: z.optional(line(limits.roomNameMax)),
  topic: z.optional(z.nullable(line(limits.topicMax))),
  visibility: z.optional(visibility),
  archived: z.optional(z.boolean()),
})

export const adminMessagePage = z.object({
  messages: z.array(message),
  rooms: z.array(z.object({ id, name: z.string() })),
  users: z.array(user),
  complete: z.boolean(),
  nextCursor: z.optional(z.string()),
})

/** One administrative act. `actorId` is null for the command line. */
export const auditEntry = z.object({
  id,
  at: time,
  actorId: z.nullable(id),
  action: z.string().check(z.describe('such as user.disabled, room.deleted, settings.changed')),
  subjectId: z.nullable(id),
  subjectName: z.nullable(z.string()).check(z.describe('as it was called at the time')),
  details: z.record(z.string(), z.unknown()),
})
export type AuditEntry = z.infer<typeof auditEntry>

export const auditPage = z.object({
  entries: z.array(auditEntry),
  users: z.array(user),
  nextCursor: z.optional(z.string()),
})

/** How the server is doing. Sizes are bytes. */
export const health = z.object({
  version: z.string(),
  startedAt: time,
  database: z.enum(['sqlite', 'postgres']),
  databaseBytes: z.int(),
  filesBytes: z.int(),
  freeBytes: z.nullable(z.int()),
  memoryBytes: z.int(),
  users: z.int(),
  disabledUsers: z.int(),
  rooms: z.int(),
  messages: z.int(),
  openSockets: z.int(),
  onlineUsers: z.int(),
  searchPending: z.int().check(z.describe('messages not yet indexed')),
  mail: z.boolean().check(z.describe('whether a mail server is set')),
  origin: z.nullable(z.string()),
})
export type Health = z.infer<typeof health>
