/** The chat list, rooms and who is in them. */
import { endpoints } from '@roost/protocol'
import type { FastifyInstance } from 'fastify'

import type { Session } from '../auth/sessions.ts'
import { findAccess, requireMember, requireReader } from '../messaging/access.ts'
import { readChatList, readConversation } from '../messaging/chat-list.ts'
import { createConversation } from '../messaging/conversations.ts'
import { leaveRoom, removeMember } from '../messaging/leaving.ts'
import { listMembers } from '../messaging/member-list.ts'
import { addMember, checkMayAdd, joinRoom } from '../messaging/memberships.ts'
import { updateMembership } from '../messaging/my-membership.ts'
import { markRead } from '../messaging/receipts.ts'
import { checkRoomAdmin, updateMember } from '../messaging/roles.ts'
import { changeRoom } from '../messaging/room-changes.ts'
import { checkMayDelete, deleteConversation } from '../messaging/room-deletion.ts'
import { listRooms } from '../messaging/rooms.ts'
import type { Context } from './context.ts'
import { limitSearches } from './pace.ts'
import { route } from './route.ts'

export function conversationRoutes(app: FastifyInstance, context: Context): void {
  const { core, limiters } = context
  interface Place {
    readonly params: { id: string }
    readonly session: Session
  }
  const known = ({ params, session }: Place) =>
    core.database.read((db) => findAccess(db, params.id, session.userId))
  const member = ({ params, session }: Place) =>
    core.database.read((db) => requireMember(db, params.id, session.userId))
  const roomAdmin = ({ params, session }: Place) =>
    core.database.read((db) => checkRoomAdmin(db, params.id, session.userId))

  route(app, context, endpoints.conversations, {
    handle: ({ session, query }) => readChatList(core, { userId: session.userId, ...query }),
  })
  route(app, context, endpoints.createConversation, {
    async handle({ session: { userId }, body, reply }) {
      const { conversationId, created } = await createConversation(core, userId, body)
      if (created) reply.code(201)
      return readConversation(core, { conversationId, userId })
    },
  })
  route(app, context, endpoints.rooms, {
    async handle({ session, query }) {
      await limitSearches(limiters, session, query)
      return listRooms(core, { userId: session.userId, ...query })
    },
  })
  route(app, context, endpoints.conversation, {
    handle: ({ session, params }) =>
      readConversation(core, { conversationId: params.id, userId: session.userId }),
  })
  route(app, context, endpoints.updateConversation, {
    access: roomAdmin,
    async handle({ session: { userId }, params, body }) {
      const { clientId, ...change } = body
      await changeRoom(core, { conversationId: params.id, userId, clientId, change })
      return readConversation(core, { conversationId: params.id, userId })
    },
  })
  route(app, context, endpoints.deleteConversation, {
    access: ({ params, session }) =>
      core.database.read((db) => checkMayDelete(db, params.id, session.userId)),
    async handle({ session: { userId }, params }) {
      await deleteConversation(core, { conversationId: params.id, userId })
      return { success: true } as const
    },
  })
  route(app, context, endpoints.updateMembership, {
    access: member,
    handle: ({ session: { userId }, params, body }) =>
      updateMembership(core, { conversationId: params.id, userId, ...body }),
  })
  route(app, context, endpoints.join, {
    access: known,
    async handle({ session: { userId }, params, body }) {
      const request = { conversationId: params.id, userId, clientId: body.clientId }
      await joinRoom(core, request)
      return readConversation(core, request)
    },
  })
  route(app, context, endpoints.leave, {
    access: member,
    handle: ({ session: { userId }, params, body }) =>
      leaveRoom(core, { conversationId: params.id, userId, clientId: body.clientId }),
  })
  route(app, context, endpoints.members, {
    access: ({ params, session }) =>
      core.database.read((db) => requireReader(db, params.id, session.userId)),
    async handle({ session, params, query }) {
      await limitSearches(limiters, session, query)
      return listMembers(core, { conversationId: params.id, userId: session.userId, ...query })
    },
  })
  route(app, context, endpoints.addMember, {
    access: ({ params, session }) =>
      core.database.read((db) => checkMayAdd(db, params.id, session.userId)),
    async handle({ session: { userId }, params, body, reply }) {
      const { clientId, userId: addedId } = body
      const request = { conversationId: params.id, userId, clientId, addedId }
      const { created, ...added } = await addMember(core, request)
      if (created) reply.code(201)
      return added
    },
  })
  route(app, context, endpoints.updateMember, {
    access: roomAdmin,
    handle: ({ session: { userId }, params: { id: conversationId, userId: memberId }, body }) =>
      updateMember(core, { conversationId, userId, memberId, ...body }),
  })
  route(app, context, endpoints.removeMember, {
    access: roomAdmin,
    handle: ({ session: { userId }, params: { id: conversationId, userId: removedId }, body }) =>
      removeMember(core, { conversationId, userId, removedId, ...body }),
  })
  route(app, context, endpoints.markRead, {
    access: member,
    handle: ({ session: { userId }, params, body }) =>
      markRead(core, { conversationId: params.id, userId, seq: body.seq }),
  })
}
