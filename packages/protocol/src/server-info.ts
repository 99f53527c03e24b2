import { z } from 'zod'

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
  needsSetup: z.boolean().describe('no owner yet: sign-up is closed until the setup link is used'),
  signUp: signUpPolicy,
  invites: invitePolicy.describe('who makes invite links to the server'),
  passwordReset: z
    .enum(['mail', 'admin'])
    .describe('whether a forgotten password is reset by mail, or by asking an administrator'),
  helpContact: z.string().nullable().describe('whom to ask, in the words of an administrator'),
})
export type ServerInfo = z.infer<typeof serverInfo>

const rate = z.int().min(1).max(1_000_000)
const pageSize = z.int().min(1).max(limits.pageMax)

/** What administrators set. Rates are per minute where the name does not say otherwise. */
export const settings = z.strictObject({
  serverName: line(limits.serverNameMax),
  signUp: signUpPolicy,
  invites: invitePolicy,
  helpContact: line(limits.helpContactMax).nullable(),
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
export type SettingName = keyof Settings

/** `locked` names, for each setting that the environment decides, the variable that does. */
export const settingsReply = z.object({
  // What is stored is clean already: an answer is not trimmed again.
  settings: settings.extend({
    serverName: z.string(),
    helpContact: z.string().nullable(),
  }),
  locked: z.record(z.string(), z.string()),
})
