/** Where I am signed in. */
import { endpoints } from '@roost/protocol'
import type { FastifyInstance } from 'fastify'

import { endOtherSessions, endSession, listSessions } from '../auth/session-list.ts'
import type { Context } from './context.ts'
import { route } from './route.ts'

export function sessionRoutes(app: FastifyInstance, context: Context): void {
  const { core, sessions } = context
  route(app, context, endpoints.sessions, {
    handle: async ({ session: { userId, id: sessionId } }) => ({
      sessions: await listSessions(core, sessions.activity, { userId, sessionId }),
    }),
  })
  route(app, context, endpoints.endSession, {
    async handle({ session: { userId }, params: { id: sessionId } }) {
      await endSession(core, { userId, sessionId })
      return { success: true } as const
    },
  })
  route(app, context, endpoints.endOtherSessions, {
    async handle({ session: { userId, id: sessionId } }) {
      await endOtherSessions(core, { userId, sessionId })
      return { success: true } as const
    },
  })
}
