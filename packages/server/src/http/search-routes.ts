/** Searching the messages one may see, and whom to search by. */
import { endpoints } from '@roost/protocol'
import type { FastifyInstance } from 'fastify'

import { searchMessages } from '../search/search-messages.ts'
import { findSenders } from '../search/senders.ts'
import type { Context } from './context.ts'
import { limitSearches } from './pace.ts'
import { route } from './route.ts'

export function searchRoutes(app: FastifyInstance, context: Context): void {
  const { core, limiters } = context
  route(app, context, endpoints.search, {
    async handle({ session, query }) {
      await limitSearches(limiters, session, query)
      return searchMessages(core, { userId: session.userId, ...query })
    },
  })
  route(app, context, endpoints.senders, {
    async handle({ session, query }) {
      await limitSearches(limiters, session, query)
      return findSenders(core, { userId: session.userId, ...query })
    },
  })
}
