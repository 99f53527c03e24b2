/**
 * Signing up, in and out under /api/auth. Only what is listed here reaches better-auth: its own
 * administration, impersonation and token routes do not exist on this server.
 */
import {
  endpoints,
  normalizeUsername,
  signInEmail,
  signInUsername,
  signUp,
  type SignedIn,
} from '@roost/protocol'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'

import { ADDRESS_HEADER, AUTH_ORIGIN } from '../auth/auth.ts'
import { checkOrigin } from '../auth/origins.ts'
import { AppError } from '../errors.ts'
import type { Context } from './context.ts'
import { route } from './route.ts'
import { toBadRequest } from './validation.ts'

const answer = z.object({ token: z.string(), user: z.object({ id: z.string() }) })
const refusal = z.object({ code: z.string().optional() })

export function authRoutes(app: FastifyInstance, context: Context): void {
  const post = (path: string, handle: (call: AuthCall) => Promise<unknown>) =>
    app.post(path, async (request, reply) => {
      checkOrigin(request.headers, context.config)
      return handle({ context, request, reply })
    })
  post('/api/auth/sign-up/email', async (call) => {
    limitSignUps(call)
    const account = parse(signUp, call.request.body)
    await context.accounts.signUp(account)
    return signIn(call, '/sign-in/username', signInOf(account))
  })
  route(app, context, endpoints.setUp, {
    async handle({ body: { token, ...account }, request, reply }) {
      const call = { context, request, reply }
      limitSignUps(call)
      await context.accounts.setUp(token, account)
      return signIn(call, '/sign-in/username', signInOf(account))
    },
  })
  post('/api/auth/sign-in/username', async (call) => {
    const credentials = parse(signInUsername, call.request.body)
    const known = await context.accounts.find(credentials)
    limitSignIns(call, known ?? normalizeUsername(credentials.username))
    return signIn(call, '/sign-in/username', credentials)
  })
  post('/api/auth/sign-in/email', async (call) => {
    const credentials = parse(signInEmail, call.request.body)
    const known = await context.accounts.find(credentials)
    limitSignIns(call, known ?? credentials.email.trim().toLowerCase())
    return signIn(call, '/sign-in/email', credentials)
  })
  post('/api/auth/sign-out', async (call) => {
    await forward(call, '/sign-out', {})
    return { success: true }
  })
}

interface AuthCall {
  readonly context: Context
  readonly request: FastifyRequest
  readonly reply: FastifyReply
}

const signInOf = ({ username, password }: { username: string; password: string }) => ({
  username,
  password,
  rememberMe: true,
})

function parse<S extends z.ZodType>(schema: S, body: unknown): z.output<S> {
  const result = schema.safeParse(body ?? {}, { reportInput: true })
  if (!result.success) throw toBadRequest(result.error)
  return result.data
}

function limitSignUps({ context, request }: AuthCall): void {
  refuseWhile(context.limiters.signUpsByAddress.take(request.ip))
}

function limitSignIns({ context, request }: AuthCall, account: string): void {
  refuseWhile(context.limiters.signInsByAddress.take(request.ip))
  refuseWhile(context.limiters.signInsByAccount.take(account))
}

function refuseWhile(retryAfter: number): void {
  if (retryAfter > 0)
    throw new AppError('rate_limited', `Too many attempts. Try again in ${retryAfter} seconds.`, {
      retryAfter,
    })
}

async function signIn(call: AuthCall, path: string, credentials: object): Promise<SignedIn> {
  const response = await forward(call, path, credentials)
  if (response.ok) return answer.parse(await response.json())
  const { code } = refusal.parse(await response.json().catch(() => ({})))
  if (code === 'BANNED_USER')
    throw new AppError('forbidden', 'This account is disabled.', { reason: 'account_disabled' })
  if (response.status >= 500) throw new Error(`Signing in failed: ${code ?? response.status}`)
  // One sentence for every cause, so that it tells nobody which accounts exist.
  throw new AppError('unauthenticated', 'The name or the password is wrong.', {
    reason: 'wrong_credentials',
  })
}

/** Hands a checked request to better-auth, and its cookies to the client. */
async function forward(
  { context, request, reply }: AuthCall,
  path: string,
  body: object,
): Promise<Response> {
  const headers = new Headers({ 'content-type': 'application/json', origin: AUTH_ORIGIN })
  headers.set(ADDRESS_HEADER, request.ip)
  const { cookie, authorization } = request.headers
  const agent = request.headers['user-agent']
  if (cookie !== undefined) headers.set('cookie', cookie)
  if (authorization !== undefined) headers.set('authorization', authorization)
  if (agent !== undefined) headers.set('user-agent', agent)
  const response = await context.auth.handler(
    new Request(`${AUTH_ORIGIN}/api/auth${path}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    }),
  )
  const cookies = response.headers.getSetCookie()
  if (cookies.length > 0) void reply.header('set-cookie', cookies)
  return response
}
