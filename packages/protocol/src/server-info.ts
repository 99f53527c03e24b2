import * as z from 'zod/mini'

import { limits } from './limits.ts'
import { line } from './text.ts'

/** Who may make an account: anyone, whoever has an invite, or nobody but administrators. */
export const signUpPolicy = z.enum(['open', 'invite', 'closed'])
export type SignUpPolicy = z.infer<typeof signUpPolicy>
export const invitePolicy = z.enum(['members', 'admins'])

/** What anyone may know of a server before signing in. */
export const serverInfo = z.object({
  name: z.string(),
  version: z.string(),
  needsSetup: z
    .boolean()
    .check(z.describe('no owner yet: sign-up is closed until the setup link is used')),
  signUp: signUpPolicy,
  invites: invitePolicy.check(z.describe('who makes invite links to the server')),
  passwordReset: z
    .enum(['mail', 'admin'])
    .check(
      z.describe('whether a forgotten password is reset by mail, or by asking an administrator'),
    ),
  helpContact: z
    .nullable(z.string())
    .check(z.describe('whom to ask, in the words of an administrator')),
})
export type ServerInfo = z.infer<typeof serverInfo>

const rate = z.int().check(z.minimum(1), z.maximum(1_000_000))
const pageSize = z.int().check(z.minimum(1), z.maximum(limits.pageMax))

/** What administrators set. Rates are per minute where the name does not say otherwise. */
export const settings = z.strictObject({
  serverName: line(limits.serverNameMax),
  signUp: signUpPolicy,
  invites: invitePolicy,
  helpContact: z.nullable(line(limits.helpContactMax)),
  pageDirect: pageSize,
  pageRoom: pageSize,
  signInsPerAccount: rate,
  signInsPerAddress: rate,
  signUpsPerAddress: rate,
  sendBurst: rate,
  sendsPerSecond: rate,
  requestsPerSecond: rate,
})
export type Settings = z.infer<typeof settings>
/** What changes some of them. */
export const updateSettings = z.partial(settings)
export type SettingName = keyof Settings

/** `locked` names, for each setting that the environment decides, the variable that does. */
export const settingsReply = z.object({
  // What is stored is clean already: an answer is not trimmed again.
  settings: z.extend(settings, {
    serverName: z.string(),
    helpContact: z.nullable(z.string()),
  }),
  locked: z.record(z.string(), z.string()),
})
