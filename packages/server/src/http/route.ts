/**
 * Registers an endpoint of the protocol: authenticates, checks the origin, the pace and the role,
 * validates, calls one function and answers. The only way a route under /api comes to be.
 */
import type { Endpoint, Out, Reply } from '@roost/protocol'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

import { checkOrigin } from '../auth/origins.ts'
import type { Session } from '../auth/sessions.ts'
import { AppError } from '../errors.ts'
import type { Context, Limiters } from './context.ts'
import { acceptUpload } from './uploads.ts'
import { toBadRequest } from './validation.ts'

/** What a request passes before it is looked at. */
interface Gate extends Pick<Context, 'config' | 'sessions'> {
  readonly limiters: Pick<Limiters, 'requests'>
}

interface Call<E extends Endpoint> extends Omit<Out<E>, 'body'> {
  /** The bytes of a file, where the endpoint takes one. */
  readonly body: E extends { upload: object } ? Buffer : Out<E>['body']
  readonly session: E extends { public: true } ? undefined : Session
  readonly request: FastifyRequest
  readonly reply: FastifyReply
}

export interface Handler<E extends Endpoint> {
  /**
   * Throws what the caller must hear before anything about the shape of the request: run when that
   * shape is wrong, and before a file is read. (When it is right, `handle` makes the same check itself.)
   */
  readonly access?: (call: Pick<Call<E>, 'params' | 'session'>) => Promise<unknown>
  /** Runs the parts of a request that may wait, but for its body: finding who it is, and `handle`. */
  readonly around?: <T>(part: () => Promise<T>) => Promise<T>
  /** Of an endpoint with a `download`: resolves to a buffer or a stream. */
  readonly handle: (call: Call<E>) => Promise<Reply<E>>
}

export function route<E extends Endpoint>(
  app: FastifyInstance,
  gate: Gate,
  endpoint: E,
  handler: Handler<E>,
): void {
  const { upload } = endpoint
  if (upload)
    void app.register(async (scope) => {
      acceptUpload(scope, upload)
      register(scope, gate, endpoint, handler)
    })
  else register(app, gate, endpoint, handler)
}

function register<E extends Endpoint>(
  app: FastifyInstance,
  gate: Gate,
  endpoint: E,
  { access, around = (part) => part(), handle }: Handler<E>,
): void {
  app.route({
    method: endpoint.method,
    url: endpoint.path,
    attachValidation: true,
    schema: {
      ...(endpoint.params && { params: endpoint.params }),
      ...(endpoint.query && { querystring: endpoint.query }),
      ...(endpoint.body && { body: endpoint.body }),
      ...(!endpoint.download && { response: { '2xx': endpoint.response } }),
    },
    onRequest: async (request) => {
      if (endpoint.method !== 'GET' && request.headers.authorization === undefined)
        checkOrigin(request.headers, gate.config)
      if (endpoint.public) return
      request.session = await around(() => authenticate(gate, request))
      if (endpoint.admin) requireAdministrator(request.session)
    },
    ...(endpoint.upload && {
      preParsing: async (request) => {
        const params = endpoint.params?.safeParse(request.params)
        if (params && !params.success) return
        await access?.({
          params: params?.data as Out<E>['params'],
          session: request.session as Call<E>['session'],
        })
      },
    }),
    // An endpoint whose body is all optional may be called without one.
    preValidation: async (request) => {
      if (endpoint.body && request.body === undefined) request.body = {}
    },
    handler: async (request, reply) => {
      // Validated by the endpoint's own schemas, just now; a session is there unless it is public.
      const params = request.params as Out<E>['params']
      const query = request.query as Out<E>['query']
      const body = request.body as Call<E>['body']
      const session = request.session as Call<E>['session']
      if (request.validationError) {
        // What is no id at all names nothing that could be asked about.
        if (request.validationError.validationContext !== 'params')
          await access?.({ params, session })
        throw toBadRequest(request.validationError)
      }
      if (endpoint.download)
        void reply
          .type(endpoint.download)
          .header('content-security-policy', "default-src 'none'; sandbox")
      return around(() => handle({ params, query, body, session, request, reply }))
    },
  })
}

function requireAdministrator({ role }: Session): void {
  if (role !== 'user') return
  throw new AppError('forbidden', 'Only administrators of this server may do this.', {
    reason: 'admin_only',
  })
}

async function authenticate(gate: Gate, request: FastifyRequest): Promise<Session> {
  const session = await gate.sessions.fromHeaders(request.headers)
  if (!session) throw new AppError('unauthenticated', 'Sign in first.')
  const retryAfter = await gate.limiters.requests.take(session.userId)
  if (retryAfter > 0)
    throw new AppError('rate_limited', 'Too many requests. Wait a moment.', { retryAfter })
  return session
}

declare module 'fastify' {
  interface FastifyRequest {
    session?: Session
  }
}
