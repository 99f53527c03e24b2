/** The endpoints for owners and administrators of the server: apart, so that other clients need not load them. */
import * as z from 'zod/mini'

import { done } from './account.ts'
import {
  adminCreateUser,
  adminMessagePage,
  adminRoom,
  adminRoomPage,
  adminUpdateRoom,
  adminUpdateUser,
  adminUser,
  adminUserPage,
  auditPage,
  health,
  resetLink,
  userFilter,
} from './admin.ts'
import { byId, cursor, define, limit, type Endpoint } from './endpoint.ts'
import { id } from './ids.ts'
import { invitePage } from './invite.ts'
import { limits } from './limits.ts'
import { memberPage } from './membership.ts'
import { settingsReply, updateSettings } from './server-info.ts'
import { query } from './text.ts'

export const adminEndpoints = {
  adminUsers: define({
    method: 'GET',
    path: '/api/v1/admin/users',
    summary: 'Find accounts',
    admin: true,
    query: z.strictObject({ query, filter: z.optional(userFilter), cursor, limit }),
    response: adminUserPage,
  }),
  adminCreateUser: define({
    method: 'POST',
    path: '/api/v1/admin/users',
    summary: 'Make an account for someone',
    admin: true,
    created: true,
    body: adminCreateUser,
    response: z.object({ user: adminUser, resetLink: z.optional(resetLink) }),
  }),
  adminUpdateUser: define({
    method: 'PATCH',
    path: '/api/v1/admin/users/:id',
    summary: 'Rename, disable, enable someone, or give them another role',
    admin: true,
    params: byId,
    body: adminUpdateUser,
    response: adminUser,
  }),
  adminSignOutUser: define({
    method: 'POST',
    path: '/api/v1/admin/users/:id/sign-out',
    summary: 'End all sessions of someone',
    admin: true,
    params: byId,
    response: done,
  }),
  adminResetLink: define({
    method: 'POST',
    path: '/api/v1/admin/users/:id/reset-link',
    summary: 'Make a link that sets a new password once; the person is told',
    admin: true,
    params: byId,
    response: resetLink,
  }),
  adminDeleteUser: define({
    method: 'DELETE',
    path: '/api/v1/admin/users/:id',
    summary: 'Erase an account, and their messages where asked',
    admin: true,
    params: byId,
    body: z.strictObject({ messages: z.enum(['keep', 'delete']) }),
    response: done,
  }),
  adminRooms: define({
    method: 'GET',
    path: '/api/v1/admin/rooms',
    summary: 'Find rooms, private ones too',
    admin: true,
    query: z.strictObject({ query, cursor, limit }),
    response: adminRoomPage,
  }),
  adminRoomMembers: define({
    method: 'GET',
    path: '/api/v1/admin/rooms/:id/members',
    summary: 'Who is in a room',
    admin: true,
    params: byId,
    query: z.strictObject({ query, cursor, limit }),
    response: memberPage,
  }),
  adminUpdateRoom: define({
    method: 'PATCH',
    path: '/api/v1/admin/rooms/:id',
    summary: 'Rename, archive or restore a room',
    admin: true,
    params: byId,
    body: adminUpdateRoom,
    response: adminRoom,
  }),
  adminDeleteRoom: define({
    method: 'DELETE',
    path: '/api/v1/admin/rooms/:id',
    summary: 'Delete a room and all that is in it',
    admin: true,
    params: byId,
    response: done,
  }),
  adminMessages: define({
    method: 'GET',
    path: '/api/v1/admin/messages',
    summary: 'Search the messages of rooms',
    admin: true,
    query: z.strictObject({
      query: z.string().check(z.maxLength(limits.queryMax)),
      roomId: z.optional(id),
      senderId: z.optional(id),
      cursor,
      limit,
    }),
    response: adminMessagePage,
  }),
  adminDeleteMessage: define({
    method: 'DELETE',
    path: '/api/v1/admin/messages/:id',
    summary: 'Remove a message of a room for everyone',
    admin: true,
    params: byId,
    response: done,
  }),
  adminInvites: define({
    method: 'GET',
    path: '/api/v1/admin/invites',
    summary: 'All invite links in force',
    admin: true,
    query: z.strictObject({ cursor, limit }),
    response: invitePage,
  }),
  adminSettings: define({
    method: 'GET',
    path: '/api/v1/admin/settings',
    summary: "The server's settings",
    admin: true,
    response: settingsReply,
  }),
  adminUpdateSettings: define({
    method: 'PATCH',
    path: '/api/v1/admin/settings',
    summary: 'Change settings',
    admin: true,
    body: updateSettings,
    response: settingsReply,
  }),
  adminHealth: define({
    method: 'GET',
    path: '/api/v1/admin/health',
    summary: 'How the server is doing',
    admin: true,
    response: health,
  }),
  adminAudit: define({
    method: 'GET',
    path: '/api/v1/admin/audit',
    summary: 'Every administrative act, newest first',
    admin: true,
    query: z.strictObject({ cursor, limit }),
    response: auditPage,
  }),
} as const satisfies Record<string, Endpoint>
export type AdminEndpointName = keyof typeof adminEndpoints
