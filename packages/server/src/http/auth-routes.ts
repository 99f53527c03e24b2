/**
 * Signing up, in and out under /api/auth. Only what is listed here reaches better-auth: its own
 * administration, impersonation and token routes do not exist on this server.
 */
import { endpoints, normalizeUsername, type SignedIn } from '@roost/protocol'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'

import { ADDRESS_HEADER, AUTH_ORIGIN } from '../auth/auth.ts'
import { AppError } from '../errors.ts'
import type { Context } from './context.ts'
import { refuseWhile } from './pace.ts'
import { route } from './route.ts'

const answer = z.object({ token: z.string(), user: z.object({ id: z.string() }) })
const refusal = z.object({ code: z.string().optional() })

export function authRoutes(app: FastifyInstance, context: Context): void {
  const { accounts } = context
  route(app, context, endpoints.signUp, {
    async handle({ body: account, request, reply }) {
      const call = { context, request, reply }
      limitSignUps(call)
      await accounts.signUp(account)
      return signIn(call, '/sign-in/username', signInOf(account))
    },
  })
  route(app, context, endpoints.setUp, {
    async handle({ body: { token, ...account }, request, reply }) {
      const call = { context, request, reply }
      limitSignUps(call)
      await accounts.setUp(token, account)
      return signIn(call, '/sign-in/username', signInOf(account))
    },
  })
  route(app, context, endpoints.signInUsername, {
    async handle({ body, request, reply }) {
      const call = { context, request, reply }
      limitSignIns(call, (await accounts.find(body)) ?? normalizeUsername(body.username))
      return signIn(call, '/sign-in/username', body)
    },
  })
  route(app, context, endpoints.signInEmail, {
    async handle({ body, request, reply }) {
      const call = { context, request, reply }
      limitSignIns(call, (await accounts.find(body)) ?? body.email.trim().toLowerCase())
      return signIn(call, '/sign-in/email', body)
    },
  })
  route(app, context, endpoints.signOut, {
    async handle({ request, reply }) {
      await forward({ context, request, reply }, '/sign-out', {})
      return { success: true } as const
    },
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

function limitSignUps({ context, request }: AuthCall): void {
  refuseWhile(context.limiters.signUpsByAddress.take(request.ip))
}

function limitSignIns({ context, request }: AuthCall, account: string): void {
  refuseWhile(context.limiters.signInsByAddress.take(request.ip))
  refuseWhile(context.limiters.signInsByAccount.take(account))
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
