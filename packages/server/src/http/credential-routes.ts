/** Forgotten and changed passwords, and changed e-mail addresses. */
import { endpoints, normalizeUsername } from '@roost/protocol'
import type { FastifyInstance } from 'fastify'

import { readMe } from '../people/profiles.ts'
import type { Context } from './context.ts'
import { refuseWhile } from './pace.ts'
import { route } from './route.ts'

export function credentialRoutes(app: FastifyInstance, context: Context): void {
  const { core, credentials, limiters } = context
  route(app, context, endpoints.requestPasswordReset, {
    async handle({ body: { login }, request, reply }) {
      await refuseWhile(limiters.signUpsByAddress.take(request.ip))
      await refuseWhile(limiters.signInsByAccount.take(`reset ${normalizeUsername(login.trim())}`))
      const [locale = null] = request.headers['accept-language']?.split(/[,;]/, 1) ?? []
      // Nothing is looked up before the answer is out.
      reply.raw.once('close', () => credentials.requestReset(login, locale))
      return { success: true } as const
    },
  })
  route(app, context, endpoints.resetPassword, {
    async handle({ body: { token, newPassword }, request }) {
      await refuseWhile(limiters.signInsByAddress.take(request.ip))
      await credentials.reset(token, newPassword)
      return { success: true } as const
    },
  })
  route(app, context, endpoints.changePassword, {
    async handle({ session, body }) {
      await refuseWhile(limiters.signInsByAccount.take(session.userId))
      await credentials.changePassword(session, body)
      return { success: true } as const
    },
  })
  route(app, context, endpoints.changeEmail, {
    async handle({ session, body }) {
      await refuseWhile(limiters.signInsByAccount.take(session.userId))
      await credentials.changeEmail(session.userId, body)
      return readMe(core, session.userId, session.id)
    },
  })
}
