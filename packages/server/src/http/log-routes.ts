/** The logs: replaying one, what changed in it, and coming back after an absence. */
import { endpoints, limits } from '@roost/protocol'
import type { FastifyInstance } from 'fastify'

import type { Session } from '../auth/sessions.ts'
import { requireReader } from '../messaging/access.ts'
import { readChanges } from '../messaging/changes.ts'
import { gatherLog } from '../messaging/log.ts'
import { gatherSync } from '../messaging/sync.ts'
import type { Context } from './context.ts'
import { route } from './route.ts'

export function logRoutes(app: FastifyInstance, context: Context): void {
  const { core } = context
  const sync = gatherSync(core)
  const readLog = gatherLog(core)
  const reader = ({ params, session }: { params: { id: string }; session: Session }) =>
    core.database.read((db) => requireReader(db, params.id, session.userId))

  route(app, context, endpoints.events, {
    access: reader,
    handle: ({ session: { userId }, params, query }) =>
      readLog({
        conversationId: params.id,
        userId,
        after: query.after ?? 0,
        limit: query.limit ?? limits.eventsMax,
      }),
  })
  route(app, context, endpoints.changes, {
    access: reader,
    handle: ({ session: { userId }, params, query }) =>
      readChanges(core, { conversationId: params.id, userId, ...query }),
  })
  route(app, context, endpoints.sync, {
    handle: ({ session: { userId }, body }) => sync({ userId, ...body }),
  })
}
