/** `roost user …`: the acts of the administration's page on accounts. */
import { serverRole, type AdminUser } from '@roost/protocol'
import { z } from 'zod'

import type { Administration } from '../admin/administration.ts'
import { changeUser } from '../admin/change-user.ts'
import { deleteUser } from '../admin/delete-user.ts'
import { makeResetLink } from '../admin/reset-link.ts'
import { signOutUser } from '../admin/sign-out.ts'
import { listUsers, readAdminUser } from '../admin/users.ts'
import { readArguments, readCount } from './arguments.ts'
import { defineCommand, type Command } from './command.ts'
import { collect, SHOWN, showFacts, showJson, showList, time } from './listing.ts'
import { Refusal, UsageError } from './refusal.ts'
import { confirm } from './terminal.ts'
import { userCreate } from './user-create.ts'

/** The command line acts as nobody: the audit log shows it as itself. */
const actorId = null

/** The account of an exact user name or e-mail address. */
async function requireUser({ accounts }: Administration, name: string): Promise<string> {
  const id = await accounts.find(name.includes('@') ? { email: name } : { username: name })
  if (id === undefined)
    throw new Refusal(`There is no account with the user name or e-mail address "${name}".`)
  return id
}

const named = z.strictObject({ name: z.string() })
const readName = async (args: string[]) => {
  const [name = ''] = readArguments(args, ['NAME']).words
  return { name }
}

const filters = z.enum(['admins', 'disabled'])

const list = defineCommand({
  name: 'user list',
  usage: '[--query TEXT] [--filter admins|disabled] [--limit N] [--json]',
  about: 'Find accounts by name or e-mail address.',
  request: z.strictObject({
    query: z.string().optional(),
    filter: filters.optional(),
    limit: z.int().optional(),
    json: z.boolean(),
  }),
  async read(args) {
    const given = readArguments(args, [], { values: ['query', 'filter', 'limit'], flags: ['json'] })
    const filter = filters.optional().safeParse(given.value('filter'))
    if (!filter.success) throw new UsageError('--filter is admins or disabled.')
    const limit = readCount('limit', given.value('limit'))
    return { query: given.value('query'), filter: filter.data, limit, json: given.has('json') }
  },
  async run({ administration }, { limit = SHOWN, json, ...search }, output) {
    const { items, more } = await collect(limit, async (place) => {
      const { users, ...rest } = await listUsers(administration, { ...search, ...place })
      return { items: users, ...rest }
    })
    showList(output, {
      items,
      more,
      json,
      none: 'There is no such account.',
      headings: ['USER NAME', 'NAME', 'E-MAIL', 'ROLE', 'LAST SEEN'],
      row: (user) => [user.username, user.name, user.email, roleWord(user), time(user.lastSeenAt)],
    })
    return 0
  },
})

const roleWord = ({ role, disabled }: AdminUser) => (disabled ? `${role}, disabled` : role)

const show = defineCommand({
  name: 'user show',
  usage: 'NAME [--json]',
  about: 'What administrators see of one account. NAME is a user name or e-mail address.',
  request: named.extend({ json: z.boolean() }),
  async read(args) {
    const given = readArguments(args, ['NAME'], { flags: ['json'] })
    return { name: given.words[0] ?? '', json: given.has('json') }
  },
  async run({ administration }, { name, json }, output) {
    const user = await readAdminUser(administration, await requireUser(administration, name))
    if (json) showJson(output, user)
    else
      showFacts(output, [
        ['User name', user.username],
        ['Name', user.name],
        ['E-mail', user.email],
        ['Role', roleWord(user)],
        ['Made', time(user.createdAt)],
        ['Last seen', time(user.lastSeenAt)],
        ['ID', user.id],
      ])
    return 0
  },
})

function switching(word: 'disable' | 'enable', about: string, done: string): Command {
  return defineCommand({
    name: `user ${word}`,
    usage: 'NAME',
    about,
    request: named,
    read: readName,
    async run({ administration }, { name }, output) {
      const userId = await requireUser(administration, name)
      await changeUser(administration.core, { actorId, userId, disabled: word === 'disable' })
      output.line(`${name} ${done}`)
      return 0
    },
  })
}

const role = defineCommand({
  name: 'user role',
  usage: 'NAME owner|admin|user',
  about: 'Give someone another role on the server.',
  request: named.extend({ role: serverRole }),
  async read(args) {
    const [name = '', word] = readArguments(args, ['NAME', 'The role']).words
    const role = serverRole.safeParse(word)
    if (!role.success) throw new UsageError('The role is owner, admin or user.')
    return { name, role: role.data }
  },
  async run({ administration }, { name, role }, output) {
    const userId = await requireUser(administration, name)
    await changeUser(administration.core, { actorId, userId, role })
    output.line(`${name} is ${titles[role]} now.`)
    return 0
  },
})

const titles = { owner: 'an owner', admin: 'an administrator', user: 'an ordinary member' }

const signOut = defineCommand({
  name: 'user sign-out',
  usage: 'NAME',
  about: 'End all sessions of someone.',
  request: named,
  read: readName,
  async run({ administration }, { name }, output) {
    const userId = await requireUser(administration, name)
    await signOutUser(administration.core, { actorId, userId })
    output.line(`${name} is signed out everywhere.`)
    return 0
  },
})

const resetLink = defineCommand({
  name: 'user reset-link',
  usage: 'NAME',
  about: 'Make a link that sets a new password, once.',
  request: named,
  read: readName,
  async run({ administration }, { name }, output) {
    const userId = await requireUser(administration, name)
    const link = await makeResetLink(administration, { actorId, userId })
    output.line(link.url ?? administration.localOrigin() + link.path)
    if (link.url === null) output.problem(noOrigin)
    output.problem(`It works once, until ${time(link.expiresAt)} UTC. Its owner is told.`)
    return 0
  },
})

export const noOrigin =
  'This address works on this machine only: set ROOST_ORIGIN to the address people open.'

const fates = z.enum(['keep', 'delete'])

const remove = defineCommand({
  name: 'user delete',
  usage: 'NAME --messages keep|delete [--yes]',
  about: 'Erase an account, and with "delete" all its messages. There is no way back.',
  request: named.extend({ messages: fates }),
  async read(args, signal) {
    const given = readArguments(args, ['NAME'], { values: ['messages'], flags: ['yes'] })
    const [name = ''] = given.words
    const messages = fates.safeParse(given.value('messages'))
    if (!messages.success)
      throw new UsageError('Say --messages keep, or --messages delete to delete them as well.')
    const what = messages.data === 'keep' ? 'the account' : 'the account and all messages of'
    if (!given.has('yes')) await confirm(`Erase ${what} ${name} for good?`, signal)
    return { name, messages: messages.data }
  },
  async run({ administration }, { name, messages }, output) {
    const userId = await requireUser(administration, name)
    await deleteUser(administration, { actorId, userId, messages })
    await administration.erasures.settle()
    const fate = messages === 'keep' ? 'stay, under no name' : 'are deleted'
    output.line(`Erased the account ${name}. Its messages ${fate}.`)
    return 0
  },
})

export const userCommands: readonly Command[] = [
  userCreate,
  list,
  show,
  switching('disable', 'Shut someone out at once, until they are enabled again.', 'is disabled.'),
  switching('enable', 'Let someone sign in again.', 'is enabled.'),
  role,
  signOut,
  resetLink,
  remove,
]
