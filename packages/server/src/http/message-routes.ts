/** Messages. */
import { endpoints } from '@roost/protocol'
import type { FastifyInstance } from 'fastify'

import type { Session } from '../auth/sessions.ts'
import { AppError } from '../errors.ts'
import { requireMember, requireReader } from '../messaging/access.ts'
import { deleteMessage, editMessage } from '../messaging/message-changes.ts'
import { checkMayChange, findMessage } from '../messaging/message-places.ts'
import { readMessage, readPage, sendMessage } from '../messaging/messages.ts'
import { listReactions, setReaction } from '../messaging/reactions.ts'
import type { Context } from './context.ts'
import { route } from './route.ts'

export function messageRoutes(app: FastifyInstance, context: Context): void {
  const { core, limiters } = context
  const takeSend = async (userId: string) => {
    const retryAfter = await limiters.sends.take(userId)
    if (retryAfter > 0)
      throw new AppError('rate_limited', 'You are sending too fast. Wait a moment.', { retryAfter })
  }
  const mayChange = ({ params, session }: { params: { id: string }; session: Session }) =>
    core.database.read((db) => checkMayChange(db, { messageId: params.id, userId: session.userId }))

  route(app, context, endpoints.messages, {
    access: ({ params, session }) =>
      core.database.read((db) => requireReader(db, params.id, session.userId)),
    handle: ({ session: { userId }, params, query }) =>
      readPage(core, { conversationId: params.id, userId, place: query }),
  })
  route(app, context, endpoints.sendMessage, {
    access: ({ params, session }) =>
      core.database.read((db) => requireMember(db, params.id, session.userId)),
    around: (part) => core.metrics.whileSending(part),
    async handle({ session: { userId }, params, body, reply }) {
      await takeSend(userId)
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
  route(app, context, endpoints.editMessage, {
    access: mayChange,
    async handle({ session: { userId }, params, body }) {
      await takeSend(userId)
      return editMessage(core, { messageId: params.id, userId, ...body })
    },
  })
  route(app, context, endpoints.deleteMessage, {
    access: mayChange,
    async handle({ session: { userId }, params, body }) {
      await takeSend(userId)
      return deleteMessage(core, { messageId: params.id, userId, ...body })
    },
  })
  route(app, context, endpoints.reactions, {
    access: ({ params, session }) =>
      core.database.read((db) => findMessage(db, { messageId: params.id, userId: session.userId })),
    handle: ({ session: { userId }, params, query }) =>
      listReactions(core, { messageId: params.id, userId, ...query }),
  })
  for (const [endpoint, on] of [
    [endpoints.react, true],
    [endpoints.unreact, false],
  ] as const)
    route(app, context, endpoint, {
      access: mayChange,
      async handle({ session: { userId }, params: { id: messageId, emoji }, body }) {
        await takeSend(userId)
        return setReaction(core, { messageId, userId, emoji, on, ...body })
      },
    })
}
