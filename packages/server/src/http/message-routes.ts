/** Messages and the log they are in. */
import { endpoints, limits } from '@roost/protocol'
import type { FastifyInstance } from 'fastify'

import { AppError } from '../errors.ts'
import { requireMember, requireReader } from '../messaging/access.ts'
import { readLog } from '../messaging/log.ts'
import { readMessage, readPage, sendMessage } from '../messaging/messages.ts'
import type { Context } from './context.ts'
import { route } from './route.ts'

export function messageRoutes(app: FastifyInstance, context: Context): void {
  const { core, limiters } = context
  route(app, context, endpoints.messages, {
    access: ({ params, session }) =>
      core.database.read((db) => requireReader(db, params.id, session.userId)),
    handle: ({ session: { userId }, params, query }) =>
      readPage(core, { conversationId: params.id, userId, place: query }),
  })
  route(app, context, endpoints.sendMessage, {
    access: ({ params, session }) =>
      core.database.read((db) => requireMember(db, params.id, session.userId)),
    async handle({ session: { userId }, params, body, reply }) {
      const retryAfter = limiters.sends.take(userId)
      if (retryAfter > 0)
        throw new AppError('rate_limited', 'You are sending too fast. Wait a moment.', {
          retryAfter,
        })
      const { message, created } = await sendMessage(core, {
        senderId: userId,
        conversationId: params.id,
        ...body,
      })
      if (created) reply.code(201)
      return message
    },
  })
  route(app, context, endpoints.message, {
    handle: ({ session: { userId }, params }) =>
      readMessage(core, { messageId: params.id, userId }),
  })
  route(app, context, endpoints.events, {
    access: ({ params, session }) =>
      core.database.read((db) => requireReader(db, params.id, session.userId)),
    handle: ({ session: { userId }, params, query }) =>
      readLog(core, {
        conversationId: params.id,
        userId,
        after: query.after ?? 0,
        limit: query.limit ?? limits.eventsMax,
      }),
  })
}
