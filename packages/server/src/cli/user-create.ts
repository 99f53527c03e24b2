/** `roost user create`: an account from the command line. The first administrator is the owner. */
import { parseArgs } from 'node:util'

import { signUp } from '@roost/protocol'
import { z } from 'zod'

import { createUser } from '../admin/create-user.ts'
import { defineCommand } from './command.ts'
import { Refusal, UsageError } from './refusal.ts'
import { askNewPassword, readPassword } from './terminal.ts'

const { username, name, email, password } = signUp.shape
const profile = z.strictObject({ username, name, email })

export const userCreate = defineCommand({
  name: 'user create',
  usage: '--username NAME --email ADDRESS [--name NAME] [--admin] [--password-stdin]',
  about: 'Make an account. The first administrator is the owner.',
  request: z.strictObject({ ...profile.shape, password, admin: z.boolean() }),
  async read(args, signal) {
    const { values } = parseArgs({
      args,
      options: {
        username: { type: 'string' },
        email: { type: 'string' },
        name: { type: 'string' },
        admin: { type: 'boolean', default: false },
        'password-stdin': { type: 'boolean', default: false },
      },
    })
    const { username, email, name = username, admin } = values
    if (username === undefined) throw new UsageError('--username is missing.')
    if (email === undefined) throw new UsageError('--email is missing.')
    const about = profile.safeParse({ username, email, name })
    if (!about.success) throw new Refusal(describe(about.error))
    const password = values['password-stdin'] ? await readPassword() : await askPassword(signal)
    return { ...about.data, password, admin }
  },
  async run({ administration }, { admin, ...account }, output) {
    const { role } = await createUser(administration, { actorId: null, account, admin })
    output.line(`Made the account ${account.username}${titles[role]}.`)
    return 0
  },
})

const titles = { owner: ', the owner', admin: ', an administrator', user: '' }

function describe(error: z.ZodError): string {
  return error.issues.map(({ path, message }) => `--${path.join('.')}: ${message}`).join('\n')
}

function askPassword(signal: AbortSignal): Promise<string> {
  if (process.stdin.isTTY && process.stderr.isTTY) return askNewPassword(signal)
  throw new Refusal(
    'There is no terminal to ask for the password on: pass it on the standard input, with --password-stdin.',
  )
}
