/** What owners and administrators of the server do; the command line calls the same functions. */
import { adminEndpoints } from '@roost/protocol'
import type { FastifyInstance } from 'fastify'

import { listAudit } from '../admin/audit.ts'
import { requireManaged } from '../admin/authority.ts'
import { changeUser } from '../admin/change-user.ts'
import { listRoomMembers, listRooms, requireRoom } from '../admin/rooms.ts'
import { signOutUser } from '../admin/sign-out.ts'
import { listUsers, readAdminUser } from '../admin/users.ts'
import type { Session } from '../auth/sessions.ts'
import type { Context } from './context.ts'
import { route } from './route.ts'

interface Place {
  readonly params: { id: string }
  readonly session: Session
}
const done = { success: true } as const

export function adminRoutes(app: FastifyInstance, context: Context): void {
  userRoutes(app, context)
  roomRoutes(app, context)
  serverRoutes(app, context)
}

function userRoutes(app: FastifyInstance, context: Context): void {
  const { administration } = context
  const { core } = administration
  const managed = ({ params, session }: Place) =>
    core.database.read((db) => requireManaged(db, { actorId: session.userId, userId: params.id }))

  route(app, context, adminEndpoints.adminUsers, {
    handle: ({ query }) => listUsers(administration, query),
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
}

function roomRoutes(app: FastifyInstance, context: Context): void {
  const { core } = context
  const room = ({ params }: Pick<Place, 'params'>) =>
    core.database.read((db) => requireRoom(db, params.id))

  route(app, context, adminEndpoints.adminRooms, {
    handle: ({ query }) => listRooms(core, query),
  })
  route(app, context, adminEndpoints.adminRoomMembers, {
    access: room,
    handle: ({ params, query }) => listRoomMembers(core, { roomId: params.id, ...query }),
  })
}

function serverRoutes(app: FastifyInstance, context: Context): void {
  const { core } = context
  route(app, context, adminEndpoints.adminAudit, {
    handle: ({ query }) => listAudit(core, query),
  })
}
