/**
 * Signing up, in and out under /api/auth. Only what is listed here reaches better-auth: its own
 * administration, impersonation and token routes do not exist on this server.
 */
import { endpoints, normalizeUsername, type SignedIn } from '@roost/protocol'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'

import type { Accounts } from '../auth/accounts.ts'
import { ADDRESS_HEADER, AUTH_ORIGIN } from '../auth/auth.ts'
import { hashing } from '../auth/hashing.ts'
import { revokeToken } from '../auth/revocations.ts'
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
      await limitSignUps(call)
      const userId = await accounts.signUp(account)
      return signIn(call, '/sign-in/username', { userId, body: signInOf(account) })
    },
  })
  route(app, context, endpoints.setUp, {
    async handle({ body: { token, ...account }, request, reply }) {
      const call = { context, request, reply }
      await limitSignUps(call)
      const userId = await accounts.setUp(token, account)
      return signIn(call, '/sign-in/username', { userId, body: signInOf(account) })
    },
  })
  route(app, context, endpoints.signInUsername, {
    async handle({ body, request, reply }) {
      const call = { context, request, reply }
      const userId = await findLimited(call, body, normalizeUsername(body.username))
      return signIn(call, '/sign-in/username', { userId, body })
    },
  })
  route(app, context, endpoints.signInEmail, {
    async handle({ body, request, reply }) {
      const call = { context, request, reply }
      const userId = await findLimited(call, body, body.email.trim().toLowerCase())
      return signIn(call, '/sign-in/email', { userId, body })
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

async function limitSignUps({ context, request }: AuthCall): Promise<void> {
  hashing.refuseIfMany()
  await refuseWhile(context.limiters.signUpsByAddress.take(request.ip))
}

/** Whose account is meant, at the pace of the address and of the account, known or not. */
async function findLimited(
  { context: { accounts, limiters }, request }: AuthCall,
  by: Parameters<Accounts['find']>[0],
  typed: string,
): Promise<string | undefined> {
  hashing.refuseIfMany()
  await refuseWhile(limiters.signInsByAddress.take(request.ip))
  const userId = await accounts.find(by)
  await refuseWhile(limiters.signInsByAccount.take(userId ?? typed))
  return userId
}

async function signIn(
  call: AuthCall,
  path: string,
  attempt: { userId: string | undefined; body: object },
): Promise<SignedIn> {
  const { core, credentials } = call.context
  const before = await credentials.readHash(attempt.userId)
  const response = await forward(call, path, attempt.body)
  if (response.ok) {
    const signedIn = answer.parse(await response.json())
    if (before === (await credentials.readHash(signedIn.user.id))) return signedIn
    // Another password was set while this one was being checked, and ended all sessions but this.
    await revokeToken(core, signedIn.token)
    void call.reply.removeHeader('set-cookie')
    throw wrongCredentials()
  }
  const { code } = refusal.parse(await response.json().catch(() => ({})))
  if (code === 'BANNED_USER')
    throw new AppError('forbidden', 'This account is disabled.', { reason: 'account_disabled' })
  if (response.status >= 500) throw new Error(`Signing in failed: ${code ?? response.status}`)
  throw wrongCredentials()
}

/** One sentence for every cause, so that it tells nobody which accounts exist. */
const wrongCredentials = () =>
  new AppError('unauthenticated', 'The name or the password is wrong.', {
    reason: 'wrong_credentials',
  })

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
