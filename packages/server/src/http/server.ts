/** The HTTP server: its parsers, headers and routes. */
import { isUtf8 } from 'node:buffer'
import { IncomingMessage, ServerResponse, type OutgoingHttpHeaders } from 'node:http'
import { Socket } from 'node:net'

import { endpoints, limits } from '@roost/protocol'
import { fastify, LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify'
import { serializerCompiler } from 'fastify-type-provider-zod'
import helmet from 'helmet'
import type { Logger } from 'pino'

import { newId } from '../core.ts'
import { AppError } from '../errors.ts'
import { readMe } from '../people/profiles.ts'
import { adminRoutes } from './admin-routes.ts'
import { Admission, createGuardedServer, type AdmissionLimits } from './admission.ts'
import { authRoutes } from './auth-routes.ts'
import type { Context } from './context.ts'
import { conversationRoutes } from './conversation-routes.ts'
import { credentialRoutes } from './credential-routes.ts'
import { handleErrors, refuseAddress, refuseBytes, refuseWhileStopping } from './errors.ts'
import { inviteRoutes } from './invite-routes.ts'
import { logRoutes } from './log-routes.ts'
import { messageRoutes } from './message-routes.ts'
import { openapiRoutes } from './openapi-routes.ts'
import { operations, operationsRoutes } from './operations-routes.ts'
import { peopleRoutes } from './people-routes.ts'
import { pictureRoutes } from './picture-routes.ts'
import { route } from './route.ts'
import { searchRoutes } from './search-routes.ts'
import { sessionRoutes } from './session-routes.ts'
import { serveWeb } from './static-files.ts'
import { validatorCompiler } from './validation.ts'

export async function buildServer(
  context: Context,
  {
    version,
    log,
    admission: admissionLimits,
  }: { version: string; log: Logger | undefined; admission: AdmissionLimits },
): Promise<FastifyInstance> {
  const { core, config } = context
  const isSecure = config.origin?.startsWith('https:') ?? false
  const careful = {
    ...carefulHeaders({ isSecure }),
    // What one person may read is not to be found in a browser by the next. Files say otherwise.
    'cache-control': 'no-store',
  }
  const idOf = ({ headers }: IncomingMessage) => givenId(headers['x-request-id']) ?? newId(core)
  const app: FastifyInstance = fastify({
    ...(log ? { loggerInstance: log as FastifyBaseLogger } : { logger: false }),
    // One line a request, of our own: see below.
    logController: new LogController({ disableRequestLogging: true }),
    childLoggerFactory: (parent) => parent,
    // The entries of X-Forwarded-For that our own proxies wrote, and no others.
    trustProxy: (_address, hop) => hop < config.trustProxy,
    bodyLimit: limits.bodyBytes,
    genReqId: idOf,
    forceCloseConnections: 'idle',
    // It would answer in a shape of its own; see refuseWhileStopping.
    return503OnClosing: false,
    frameworkErrors: refuseAddress,
    clientErrorHandler: refuseBytes,
    serverFactory: (handle) =>
      createGuardedServer(
        // Whoever offers another protocol beside, such as HTTP/2, is answered in this one.
        { shouldUpgradeCallback: ({ headers }) => /^websocket$/i.test(headers.upgrade ?? '') },
        {
          admission: new Admission(admissionLimits, {
            waitingSends: () => core.metrics.sendsWaiting,
            work: () => {
              const { user, system } = process.threadCpuUsage()
              return (user + system) / 1_000
            },
            now: () => performance.now(),
          }),
          except: operations,
          headers: careful,
          idOf,
          onRefused: () => core.metrics.turnedAway(),
        },
        handle,
      ),
  })
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  acceptJson(app)
  handleErrors(app, (error) => core.report(error))
  app.addHook('onRequest', (request, reply, done) => {
    void reply.headers(careful).header('x-request-id', request.id)
    done()
  })
  const isStopping = refuseWhileStopping(app, operations)
  app.addHook('onResponse', ({ id, method, routeOptions }, reply, done) => {
    const { statusCode: status, elapsedTime: milliseconds } = reply
    // A pattern: an address may hold ids, and words that were searched for.
    const route = routeOptions.url ?? 'none'
    core.metrics.answered({ method, route, status, milliseconds })
    const level = operations.includes(route) ? 'debug' : 'info'
    const rounded = Math.round(milliseconds * 10) / 10
    log?.[level]({ requestId: id, method, route, status, milliseconds: rounded }, 'request')
    done()
  })
  operationsRoutes(app, context, isStopping)
  authRoutes(app, context)
  credentialRoutes(app, context)
  inviteRoutes(app, context)
  peopleRoutes(app, context)
  pictureRoutes(app, context)
  sessionRoutes(app, context)
  conversationRoutes(app, context)
  messageRoutes(app, context)
  logRoutes(app, context)
  searchRoutes(app, context)
  openapiRoutes(app, context, version)
  adminRoutes(app, context)
  route(app, context, endpoints.server, {
    async handle({ request }) {
      const session = await context.sessions.fromHeaders(request.headers)
      const needsSetup = !(await context.accounts.hasOwner())
      const { serverName, signUp, invites, helpContact } = core.settings.get()
      return {
        name: serverName,
        version,
        needsSetup,
        signUp: needsSetup ? 'closed' : signUp,
        invites,
        passwordReset: context.credentials.mailsLinks ? 'mail' : 'admin',
        helpContact,
        me: session ? await readMe(core, session.userId, session.id) : null,
      } as const
    },
  })
  await serveWeb(app, config.webRoot)
  return app
}

const contentSecurity = {
  defaultSrc: ["'none'"],
  scriptSrc: ["'self'"],
  styleSrc: ["'self'"],
  imgSrc: ["'self'", 'blob:', 'data:'],
  fontSrc: ["'self'"],
  connectSrc: ["'self'"],
  mediaSrc: ["'self'", 'blob:'],
  workerSrc: ["'self'"],
  manifestSrc: ["'self'"],
  baseUri: ["'none'"],
  formAction: ["'self'"],
  frameAncestors: ["'none'"],
}

/** What tells browsers to be careful: the same in every answer, and worked out once. */
function carefulHeaders({ isSecure }: { isSecure: boolean }): OutgoingHttpHeaders {
  const set = helmet({
    contentSecurityPolicy: { useDefaults: false, directives: contentSecurity },
    strictTransportSecurity: isSecure,
    // Over plain http browsers ignore it with a warning in the console.
    crossOriginOpenerPolicy: isSecure,
    originAgentCluster: false,
  })
  const request = new IncomingMessage(new Socket())
  const response = new ServerResponse(request)
  set(request, response, (error) => {
    if (error) throw error
  })
  return { ...response.getHeaders() }
}

/** The name that a proxy or an app gave to its request, so that one can be found in the logs of both. */
function givenId(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' && /^[\w.:-]{1,64}$/.test(header) ? header : undefined
}

/** JSON and nothing else: valid UTF-8, and without keys that would reach into prototypes. */
function acceptJson(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error')
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    const bytes = typeof body === 'string' ? Buffer.from(body) : body
    if (!isUtf8(bytes))
      return done(new AppError('bad_request', 'The request is not valid UTF-8.'), undefined)
    if (bytes.length === 0) return done(null, undefined)
    return parse(request, bytes.toString(), (error, value: unknown) =>
      error
        ? done(new AppError('bad_request', 'The request is not valid JSON.'), undefined)
        : done(null, value),
    )
  })
}
