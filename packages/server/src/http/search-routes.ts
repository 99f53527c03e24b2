/** Searching the messages one may see. */
import { endpoints } from '@roost/protocol'
import type { FastifyInstance } from 'fastify'

import { searchMessages } from '../search/search-messages.ts'
import type { Context } from './context.ts'
import { route } from './route.ts'

export function searchRoutes(app: FastifyInstance, context: Context): void {
  route(app, context, endpoints.search, {
    handle: ({ session: { userId }, query }) => searchMessages(context.core, { userId, ...query }),
  })
}
