/** Invite links: making, ending, looking at and using them. */
import { endpoints } from '@roost/protocol'
import type { FastifyInstance } from 'fastify'

import { revokeInvite } from '../admin/invites.ts'
import { createInvite, describeInvite, listInvites, redeemInvite } from '../auth/invites.ts'
import type { Context } from './context.ts'
import { refuseWhile } from './pace.ts'
import { route } from './route.ts'

export function inviteRoutes(app: FastifyInstance, context: Context): void {
  const { core, limiters } = context
  route(app, context, endpoints.invites, {
    handle: ({ session: { userId }, query }) => listInvites(core, { userId, ...query }),
  })
  route(app, context, endpoints.createInvite, {
    async handle({ session, body, reply }) {
      const created = await createInvite(core, session, body)
      reply.code(201)
      return created
    },
  })
  route(app, context, endpoints.revokeInvite, {
    async handle({ session, params }) {
      await revokeInvite(core, session, params.id)
      return { success: true } as const
    },
  })
  route(app, context, endpoints.lookAtInvite, {
    async handle({ body: { token }, request }) {
      await refuseWhile(limiters.signInsByAddress.take(request.ip))
      return describeInvite(core, token)
    },
  })
  route(app, context, endpoints.redeemInvite, {
    handle: ({ session: { userId }, body: { token } }) => redeemInvite(core, { token, userId }),
  })
}
