/** What owners and administrators of the server see and do. Nothing here reads a direct chat. */
import { z } from 'zod'

import { conversationBase, visibility } from './conversation.ts'
import { id, time } from './ids.ts'
import { limits } from './limits.ts'
import { message } from './message.ts'
import { line, username } from './text.ts'
import { serverRole, user } from './user.ts'

export const adminUser = user.extend({
  email: z.string().nullable(),
  role: serverRole,
  createdAt: time,
  lastSeenAt: time.nullable(),
  disabled: z.boolean(),
})
export type AdminUser = z.infer<typeof adminUser>

export const userFilter = z.enum(['all', 'admins', 'disabled'])

/** Without a password the answer carries a link by which the person sets one. */
export const adminCreateUser = z.strictObject({
  username,
  name: line(limits.displayNameMax),
  email: z.email().max(254),
  password: z.string().max(1_000).optional(),
  role: z.enum(['admin', 'user']).optional(),
})

export const adminUpdateUser = z.strictObject({
  name: line(limits.displayNameMax).optional(),
  role: serverRole.optional().describe('only the owner makes owners and administrators'),
  disabled: z.boolean().optional(),
})

/**
 * A link that sets a new password, once. `url` is null where the server does not know its public
 * address (ROOST_ORIGIN): then append `path` to the address you use.
 */
export const resetLink = z.object({
  path: z.string(),
  url: z.string().nullable(),
  expiresAt: time,
})
export type ResetLink = z.infer<typeof resetLink>

export const adminUserPage = z.object({
  users: z.array(adminUser),
  nextCursor: z.string().optional(),
})

export const adminRoom = conversationBase.extend({
  lastActivityAt: time,
  ownerId: id.nullable(),
})
export type AdminRoom = z.infer<typeof adminRoom>

export const adminRoomPage = z.object({
  rooms: z.array(adminRoom),
  users: z.array(user),
  nextCursor: z.string().optional(),
})

export const adminUpdateRoom = z.strictObject({
  name: line(limits.roomNameMax).optional(),
  topic: line(limits.topicMax).nullable().optional(),
  visibility: visibility.optional(),
  archived: z.boolean().optional(),
})

export const adminMessagePage = z.object({
  messages: z.array(message),
  rooms: z.array(z.object({ id, name: z.string() })),
  users: z.array(user),
  complete: z.boolean(),
  nextCursor: z.string().optional(),
})

/** One administrative act. `actorId` is null for the command line. */
export const auditEntry = z.object({
  id,
  at: time,
  actorId: id.nullable(),
  action: z.string().describe('such as user.disabled, room.deleted, settings.changed'),
  subjectId: id.nullable(),
  subjectName: z.string().nullable().describe('as it was called at the time'),
  details: z.record(z.string(), z.unknown()),
})
export type AuditEntry = z.infer<typeof auditEntry>

export const auditPage = z.object({
  entries: z.array(auditEntry),
  users: z.array(user),
  nextCursor: z.string().optional(),
})

/** How the server is doing. Sizes are bytes. */
export const health = z.object({
  version: z.string(),
  startedAt: time,
  database: z.enum(['sqlite', 'postgres']),
  databaseBytes: z.int(),
  filesBytes: z.int(),
  freeBytes: z.int().nullable(),
  memoryBytes: z.int(),
  users: z.int(),
  disabledUsers: z.int(),
  rooms: z.int(),
  messages: z.int(),
  openSockets: z.int(),
  onlineUsers: z.int(),
  searchPending: z.int().describe('messages not yet indexed'),
  mail: z.boolean().describe('whether a mail server is set'),
  origin: z.string().nullable(),
})
export type Health = z.infer<typeof health>
