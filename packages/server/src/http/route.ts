/**
 * Registers an endpoint of the protocol: authenticates, checks the origin and the pace, validates,
 * calls one function and answers. The only way a route of /api/v1 comes to be.
 */
import type { Endpoint, Out, Reply } from '@roost/protocol'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

import { checkOrigin } from '../auth/origins.ts'
import type { Session } from '../auth/sessions.ts'
import { AppError } from '../errors.ts'
import type { Context } from './context.ts'
import { toBadRequest } from './validation.ts'

interface Call<E extends Endpoint> extends Out<E> {
  readonly session: E extends { public: true } ? undefined : Session
  readonly request: FastifyRequest
  readonly reply: FastifyReply
}

export interface Handler<E extends Endpoint> {
  /**
   * Throws what the caller must hear before anything about the shape of the request: run when that
   * shape is wrong. (When it is right, `handle` makes the same check itself.)
   */
  readonly access?: (call: Pick<Call<E>, 'params' | 'session'>) => Promise<unknown>
  readonly handle: (call: Call<E>) => Promise<Reply<E>>
}

export function route<E extends Endpoint>(
  app: FastifyInstance,
  context: Context,
  endpoint: E,
  { access, handle }: Handler<E>,
): void {
  app.route({
    method: endpoint.method,
    url: endpoint.path,
    attachValidation: true,
    schema: {
      ...(endpoint.params && { params: endpoint.params }),
      ...(endpoint.query && { querystring: endpoint.query }),
      ...(endpoint.body && { body: endpoint.body }),
      response: { '2xx': endpoint.response },
    },
    onRequest: async (request) => {
      if (endpoint.method !== 'GET' && request.headers.authorization === undefined)
        checkOrigin(request.headers, context.config)
      if (endpoint.public) return
      request.session = await authenticate(context, request)
    },
    // An endpoint whose body is all optional may be called without one.
    preValidation: async (request) => {
      if (endpoint.body && request.body === undefined) request.body = {}
    },
    handler: async (request, reply) => {
      // Validated by the endpoint's own schemas, just now; a session is there unless it is public.
      const params = request.params as Out<E>['params']
      const query = request.query as Out<E>['query']
      const body = request.body as Out<E>['body']
      const session = request.session as Call<E>['session']
      if (request.validationError) {
        // What is no id at all names nothing that could be asked about.
        if (request.validationError.validationContext !== 'params')
          await access?.({ params, session })
        throw toBadRequest(request.validationError)
      }
      return handle({ params, query, body, session, request, reply })
    },
  })
}

async function authenticate(context: Context, request: FastifyRequest): Promise<Session> {
  const session = await context.sessions.fromHeaders(request.headers)
  if (!session) throw new AppError('unauthenticated', 'Sign in first.')
  const retryAfter = context.limiters.requests.take(session.userId)
  if (retryAfter > 0)
    throw new AppError('rate_limited', 'Too many requests. Wait a moment.', { retryAfter })
  return session
}

declare module 'fastify' {
  interface FastifyRequest {
    session?: Session
  }
}
