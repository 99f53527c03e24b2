/** Pictures of people and rooms. */
import { endpoints } from '@roost/protocol'
import type { FastifyInstance } from 'fastify'

import type { Session } from '../auth/sessions.ts'
import { AppError } from '../errors.ts'
import { PictureEncoder } from '../files/picture-encoder.ts'
import { readConversation } from '../messaging/chat-list.ts'
import {
  checkMaySetPicture,
  readPicture,
  removeMyPicture,
  removeRoomPicture,
  setMyPicture,
  setRoomPicture,
} from '../people/pictures.ts'
import { readMe } from '../people/profiles.ts'
import type { Context } from './context.ts'
import { route } from './route.ts'

export function pictureRoutes(app: FastifyInstance, context: Context): void {
  const { core, limiters } = context
  const encoder = new PictureEncoder()
  const limitUploads = async ({ userId }: Session) => {
    const retryAfter = await limiters.uploads.take(userId)
    if (retryAfter > 0)
      throw new AppError('rate_limited', 'Too many pictures. Wait a moment.', { retryAfter })
  }
  const mayChange = ({ params, session }: { params: { id: string }; session: Session }) =>
    core.database.read((db) =>
      checkMaySetPicture(db, { conversationId: params.id, userId: session.userId }),
    )

  route(app, context, endpoints.setMyPicture, {
    access: ({ session }) => limitUploads(session),
    async handle({ session: { userId, id }, body: bytes }) {
      await setMyPicture(core, { userId, encoder, bytes })
      return readMe(core, userId, id)
    },
  })
  route(app, context, endpoints.removeMyPicture, {
    async handle({ session: { userId, id } }) {
      await removeMyPicture(core, userId)
      return readMe(core, userId, id)
    },
  })
  route(app, context, endpoints.setRoomPicture, {
    async access(call) {
      await mayChange(call)
      await limitUploads(call.session)
    },
    async handle({ session: { userId }, params: { id: conversationId }, body: bytes }) {
      await setRoomPicture(core, { conversationId, userId, encoder, bytes })
      return readConversation(core, { conversationId, userId })
    },
  })
  route(app, context, endpoints.removeRoomPicture, {
    access: mayChange,
    async handle({ session: { userId }, params: { id: conversationId } }) {
      await removeRoomPicture(core, { conversationId, userId })
      return readConversation(core, { conversationId, userId })
    },
  })
  route(app, context, endpoints.picture, {
    async handle({ session: { userId }, params: { id }, query, request, reply }) {
      const size = query.size ?? 'large'
      const { stream, size: bytes } = await readPicture(core, { id, userId, size })
      const tag = `"${id}-${size}"`
      void reply.header('etag', tag)
      // A picture under one id never changes. Not for caches that others share.
      void reply.header('cache-control', 'private, max-age=31536000, immutable')
      if (request.headers['if-none-match'] === tag) {
        stream.destroy()
        void reply.code(304)
        return Buffer.alloc(0)
      }
      void reply.header('content-length', bytes)
      return stream
    },
  })
}
