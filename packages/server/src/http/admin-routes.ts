/** What owners and administrators of the server do; the command line calls the same functions. */
import { adminEndpoints } from '@roost/protocol'
import type { FastifyInstance } from 'fastify'

import { listAudit } from '../admin/audit.ts'
import { requireManaged } from '../admin/authority.ts'
import { changeRoom, deleteRoom } from '../admin/change-room.ts'
import { changeUser } from '../admin/change-user.ts'
import { createUser } from '../admin/create-user.ts'
import { deleteUser } from '../admin/delete-user.ts'
import { makeResetLink } from '../admin/reset-link.ts'
import { removeMessage } from '../admin/room-messages.ts'
import { listRoomMembers, listRooms, requireRoom } from '../admin/rooms.ts'
import { changeSettings, readSettings } from '../admin/settings.ts'
import { signOutUser } from '../admin/sign-out.ts'
import { listUsers, readAdminUser } from '../admin/users.ts'
import { listAllInvites } from '../auth/invites.ts'
import type { Session } from '../auth/sessions.ts'
import { searchRooms } from '../search/search-messages.ts'
import type { Context } from './context.ts'
import { limitSearches } from './pace.ts'
import { route } from './route.ts'

interface Place {
  readonly params: { id: string }
  readonly session: Session
}
const done = { success: true } as const

export function adminRoutes(app: FastifyInstance, context: Context): void {
  userRoutes(app, context)
  roomRoutes(app, context)
  messageRoutes(app, context)
  serverRoutes(app, context)
}

function userRoutes(app: FastifyInstance, context: Context): void {
  const { administration, limiters } = context
  const { core } = administration
  const managed = ({ params, session }: Place) =>
    core.database.read((db) => requireManaged(db, { actorId: session.userId, userId: params.id }))

  route(app, context, adminEndpoints.adminUsers, {
    async handle({ session, query }) {
      await limitSearches(limiters, session, query)
      return listUsers(administration, query)
    },
  })
  route(app, context, adminEndpoints.adminCreateUser, {
    async handle({ session, body: { role, ...account }, reply }) {
      const request = { actorId: session.userId, account, admin: role === 'admin' }
      const { userId, resetLink } = await createUser(administration, request)
      reply.code(201)
      const user = await readAdminUser(administration, userId)
      return { user, ...(resetLink && { resetLink }) }
    },
  })
  route(app, context, adminEndpoints.adminUpdateUser, {
    access: managed,
    async handle({ session, params, body }) {
      const userId = params.id
      await changeUser(core, { actorId: session.userId, userId, ...body })
      return readAdminUser(administration, userId)
    },
  })
  route(app, context, adminEndpoints.adminSignOutUser, {
    async handle({ session, params }) {
      await signOutUser(core, { actorId: session.userId, userId: params.id })
      return done
    },
  })
  route(app, context, adminEndpoints.adminResetLink, {
    handle: ({ session, params }) =>
      makeResetLink(administration, { actorId: session.userId, userId: params.id }),
  })
  route(app, context, adminEndpoints.adminDeleteUser, {
    access: managed,
    async handle({ session, params, body }) {
      await deleteUser(administration, { actorId: session.userId, userId: params.id, ...body })
      return done
    },
  })
}

function roomRoutes(app: FastifyInstance, context: Context): void {
  const { core, limiters } = context
  const room = ({ params }: Pick<Place, 'params'>) =>
    core.database.read((db) => requireRoom(db, params.id))

  route(app, context, adminEndpoints.adminRooms, {
    async handle({ session, query }) {
      await limitSearches(limiters, session, query)
      return listRooms(core, query)
    },
  })
  route(app, context, adminEndpoints.adminRoomMembers, {
    access: room,
    async handle({ session, params, query }) {
      await limitSearches(limiters, session, query)
      return listRoomMembers(core, { roomId: params.id, ...query })
    },
  })
  route(app, context, adminEndpoints.adminUpdateRoom, {
    access: room,
    handle: ({ session, params, body: change }) =>
      changeRoom(core, { actorId: session.userId, roomId: params.id, change }),
  })
  route(app, context, adminEndpoints.adminDeleteRoom, {
    async handle({ session, params }) {
      await deleteRoom(core, { actorId: session.userId, roomId: params.id })
      return done
    },
  })
}

function messageRoutes(app: FastifyInstance, context: Context): void {
  const { core, limiters } = context
  route(app, context, adminEndpoints.adminMessages, {
    async handle({ session, query }) {
      await limitSearches(limiters, session, query)
      return searchRooms(core, query)
    },
  })
  route(app, context, adminEndpoints.adminDeleteMessage, {
    async handle({ session, params }) {
      await removeMessage(core, { actorId: session.userId, messageId: params.id })
      return done
    },
  })
}

function serverRoutes(app: FastifyInstance, context: Context): void {
  const { core, administration } = context
  route(app, context, adminEndpoints.adminInvites, {
    handle: ({ query }) => listAllInvites(core, query),
  })
  route(app, context, adminEndpoints.adminSettings, { handle: async () => readSettings(core) })
  route(app, context, adminEndpoints.adminUpdateSettings, {
    handle: ({ session, body: change }) =>
      changeSettings(core, { actorId: session.userId, change }),
  })
  route(app, context, adminEndpoints.adminHealth, {
    handle: () => administration.health.read(administration),
  })
  route(app, context, adminEndpoints.adminAudit, {
    handle: ({ query }) => listAudit(core, query),
  })
}
