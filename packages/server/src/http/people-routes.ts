/** Me, and the people of this server. */
import { endpoints } from '@roost/protocol'
import type { FastifyInstance } from 'fastify'

import { readMe, readProfile, readUsers } from '../people/profiles.ts'
import { findUsers } from '../people/selector.ts'
import { updateMe } from '../people/settings.ts'
import type { Context } from './context.ts'
import { limitSearches } from './pace.ts'
import { route } from './route.ts'

export function peopleRoutes(app: FastifyInstance, context: Context): void {
  const { core, limiters } = context
  route(app, context, endpoints.me, {
    handle: ({ session }) => readMe(core, session.userId, session.id),
  })
  route(app, context, endpoints.updateMe, {
    async handle({ session, body }) {
      await updateMe(core, session.userId, body)
      return readMe(core, session.userId, session.id)
    },
  })
  route(app, context, endpoints.users, {
    async handle({ session, query: { ids, ...query } }) {
      if (ids) return { users: await readUsers(core, ids) }
      await limitSearches(limiters, session, query)
      return findUsers(core, { userId: session.userId, ...query })
    },
  })
  route(app, context, endpoints.user, { handle: ({ params }) => readProfile(core, params.id) })
}
