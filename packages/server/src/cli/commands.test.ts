import { adminEndpoints, closeCodes, endpoints, type AuditEntry } from '@roost/protocol'
import { afterAll, expect, test, vi } from 'vitest'

import { signInOwner } from '../testing/administrators.ts'
import { Person } from '../testing/person.ts'
import { usesPostgres } from '../testing/postgres-databases.ts'
import { shareServer } from '../testing/share-server.ts'
import { callApi, PASSWORD } from '../testing/start-test-server.ts'
import { TestSocket } from '../testing/test-socket.ts'
import type { Command } from './command.ts'
import { explain } from './explain.ts'
import { inviteCommands } from './invite-commands.ts'
import { roomCommands } from './room-commands.ts'
import { serverCommands } from './server-commands.ts'
import { roost, startRoost, temporaryFolder } from './testing/roost-process.ts'
import { userCommands } from './user-commands.ts'

// Processes start slowly on a machine that has other things to do.
vi.setConfig({ testTimeout: 60_000 })

const commands = [...userCommands, ...roomCommands, ...inviteCommands, ...serverCommands]
const { server, alice, bob, carol } = await shareServer(['alice', 'bob', 'carol'])
const owner = await signInOwner(server, alice)
const signal = new AbortController().signal

function find(words: readonly string[]): Command {
  const named = commands.filter(({ name }) =>
    name.split(' ').every((word, at) => words[at] === word),
  )
  const [command] = named.toSorted((a, b) => b.name.length - a.name.length)
  if (!command) throw new Error(`There is no command ${words.join(' ')}.`)
  return command
}

/** Runs a command as the running server does, and says what the terminal shows. */
async function run(...words: string[]): Promise<{ code: number; out: string; problems: string }> {
  const [out, problems]: [string[], string[]] = [[], []]
  const output = {
    line: (text: string) => void out.push(text),
    problem: (text: string) => void problems.push(text),
    progress: () => {},
    signal,
  }
  const command = find(words)
  let code = 1
  try {
    const request = await command.read(words.slice(command.name.split(' ').length), signal)
    code = await command.run(server.app, JSON.parse(JSON.stringify(request)), output)
  } catch (error) {
    problems.push(explain(error))
  }
  return { code, out: out.join('\n'), problems: problems.join('\n') }
}
async function json<T>(...words: string[]): Promise<T> {
  const { out } = await run(...words, '--json')
  return JSON.parse(out) as T
}
const newest = async () =>
  (await owner.ask(adminEndpoints.adminAudit, { query: { limit: 1 } })).entries[0]

test('accounts are listed in columns, whatever script they are in, or as JSON', async () => {
  await carol.ask(endpoints.updateMe, { body: { name: '王小明' } })
  const { out, code } = await run('user', 'list')
  expect(code).toBe(0)
  const lines = out.split('\n')
  expect(lines[0]).toMatch(/^USER NAME +NAME +E-MAIL +ROLE +LAST SEEN$/)
  expect(lines.find((line) => line.startsWith('alice'))).toMatch(/admin/)
  // A Chinese letter is two columns wide.
  const column = (lines[0] ?? '').indexOf('E-MAIL')
  expect(lines.find((line) => line.startsWith('carol'))?.indexOf('carol@')).toBe(column - 3)
  expect(await json('user', 'list', '--query', 'ALICE@')).toMatchObject([
    { username: 'alice', role: 'admin' },
  ])
  expect(await json('user', 'list', '--filter', 'disabled')).toEqual([])
  const two = await run('user', 'list', '--limit', '2')
  expect(two.out.split('\n').length).toBe(3)
  expect(two.problems).toBe('These are the first 2: --limit shows more.')
  expect(await json('user', 'show', 'Bob@Example.org')).toMatchObject({ id: bob.id })
  expect((await run('user', 'show', 'BOB')).out).toMatch(/^User name +bob\nName +Bob\nE-mail +bob@/)
})

test('what is done to an account in a terminal takes effect, and is recorded as nobody’s', async () => {
  const dave = new Person(server, await server.signUp('dave'))
  const socket = await dave.connect()
  expect(await run('user', 'disable', 'dave')).toMatchObject({ code: 0, out: 'dave is disabled.' })
  expect((await socket.closed).code).toBe(closeCodes.sessionEnded)
  expect(await newest()).toMatchObject({
    action: 'user.disabled',
    actorId: null,
    subjectId: dave.id,
  })
  await run('user', 'enable', 'dave@example.org')
  expect(await run('user', 'role', 'dave', 'owner')).toMatchObject({
    out: 'dave is an owner now.',
  })
  expect((await json<{ role: string }>('user', 'show', 'dave')).role).toBe('owner')
  expect((await run('user', 'role', 'dave', 'user')).code).toBe(0)

  const link = await run('user', 'reset-link', 'dave')
  expect(link.out).toMatch(/^http:\/\/localhost:\d+\/reset\/[\w-]{32}$/)
  expect(link.problems).toMatch(/ROOST_ORIGIN[^]*It works once, until /)
  const body = { token: link.out.split('/').at(-1), newPassword: 'marmot lantern fjord' }
  const path = '/api/auth/reset-password'
  expect(await callApi(server.url, { method: 'POST', path, body })).toMatchObject({ status: 200 })

  expect((await run('user', 'sign-out', 'dave')).code).toBe(0)
  expect(await run('user', 'delete', 'dave', '--messages', 'delete', '--yes')).toEqual({
    code: 0,
    out: 'Erased the account dave. Its messages are deleted.',
    problems: '',
  })
  expect(await run('user', 'show', 'dave')).toEqual({
    code: 1,
    out: '',
    problems: 'There is no account with the user name or e-mail address "dave".',
  })
})

test('the last owner stays, whoever asks', async () => {
  for (const words of [
    ['user', 'disable', 'owner'],
    ['user', 'role', 'owner', 'user'],
    ['user', 'delete', 'owner', '--messages', 'keep', '--yes'],
  ])
    expect(await run(...words)).toEqual({
      code: 1,
      out: '',
      problems: 'This is the only owner: make another one first.',
    })
})

test('rooms and their messages are managed, direct chats are not', async () => {
  const { id } = await bob.makeRoomWith([carol], { name: 'Kitchen', visibility: 'private' })
  const rude = await carol.send(id, 'zzrude\n\twords')
  const { id: direct } = await bob.openDirect(carol)
  const { out } = await run('room', 'list', '--query', 'kitch')
  expect(out).toMatch(new RegExp(`^ID .*\n${id}  Kitchen  private +2 +bob `))
  expect((await run('room', 'members', id)).out).toMatch(/carol +王小明 +member$/)
  const socket = await carol.connect()
  expect((await run('room', 'rename', id, 'Galley')).out).toBe('The room is called Galley now.')
  await socket.find(
    (frame) => TestSocket.isEvent(id)(frame) && frame.event.type === 'conversation.changed',
  )
  // What the command line does is written into the room in the name of the owner.
  expect(await newest()).toMatchObject({ action: 'room.renamed', actorId: null })
  await expect.poll(async () => (await run('message', 'search', 'zzrude')).out).toContain(rude.id)
  expect((await run('message', 'search', 'zzrude', '--room', id)).out).toMatch(
    /Galley +carol +zzrude words$/,
  )
  expect((await run('message', 'remove', rude.id)).code).toBe(0)
  expect(await bob.ask(endpoints.message, { params: { id: rude.id } })).toMatchObject({ body: '' })
  await run('room', 'archive', id)
  expect((await bob.look(id)).archivedAt).not.toBeNull()
  await run('room', 'unarchive', id)
  expect((await bob.look(id)).archivedAt).toBeNull()
  for (const words of [
    ['room', 'members', direct],
    ['room', 'rename', direct, 'Mine'],
    ['room', 'delete', direct, '--yes'],
    ['message', 'search', 'zzrude', '--room', direct],
  ])
    expect(await run(...words)).toEqual({
      code: 1,
      out: '',
      problems: 'There is nothing here, or it is not yours to see.',
    })
  expect((await run('room', 'delete', id, '--yes')).out).toBe('Deleted the room.')
  expect(await json('room', 'list', '--query', 'galley')).toEqual([])
  await socket.close()
})

test('an invite link comes with its QR code, works, and can be ended', async () => {
  const { out } = await run('invite', 'create', '--uses', '1', '--expires', '2d')
  const [link = '', ...code] = out.split('\n')
  expect(link).toMatch(/^http:\/\/localhost:\d+\/invite\/[\w-]{32}$/)
  expect(code.length).toBeGreaterThan(15)
  expect(new Set(code.join(''))).toEqual(new Set([' ', '█', '▀', '▄']))
  const body = { token: link.split('/').at(-1) ?? '' }
  expect(await bob.ask(endpoints.lookAtInvite, { body })).toMatchObject({ inviterName: 'Owner' })
  const [invite] = await json<{ id: string; maxUses: number }[]>('invite', 'list')
  expect(invite).toMatchObject({ maxUses: 1, createdBy: owner.id })
  expect((await run('invite', 'revoke', invite?.id ?? '')).code).toBe(0)
  expect(await bob.refusal(endpoints.lookAtInvite, { body })).toMatchObject({
    reason: 'invite_invalid',
  })
  const { id } = await carol.makeRoom({ name: 'Den', visibility: 'private' })
  expect(await json('invite', 'create', '--room', id)).toMatchObject({
    conversationId: id,
    createdBy: carol.id,
  })
})

test('settings, the record and health are shown', async () => {
  expect((await run('settings', 'set', 'pageRoom', '30')).out).toBe('pageRoom is 30 now.')
  expect((await run('settings', 'set', 'helpContact', 'Ada, 7')).out).toBe(
    'helpContact is Ada, 7 now.',
  )
  expect((await run('settings', 'set', 'helpContact', 'none')).out).toBe(
    'helpContact is empty now.',
  )
  expect((await run('settings')).out).toMatch(/^pageRoom +30$/m)
  expect(await run('settings', 'set', 'pageRoom', '1000')).toMatchObject({
    code: 1,
    problems: expect.stringMatching(/^pageRoom cannot be "1000": /) as string,
  })
  const [last, ...others] = await json<AuditEntry[]>('audit', '--limit', '2')
  expect(others.length).toBe(1)
  expect(last).toMatchObject({ action: 'settings.changed', actorId: null })
  expect((await run('audit')).out).toMatch(/command line +settings\.changed/)
  expect((await run('health')).out).toMatch(/^Accounts +\d+, 0 of them disabled$/m)
  expect(await json('health')).toMatchObject({
    database: usesPostgres() ? 'postgres' : 'sqlite',
    disabledUsers: 0,
  })
})

test.each([
  [['user', 'show'], /^[^]*NAME is missing\./],
  [['user', 'show', 'a', 'b'], /"b" is one word too many\./],
  [['user', 'list', '--limit', '0'], /--limit must be a whole number from 1/],
  [['user', 'role', 'bob', 'king'], /The role is owner, admin or user\./],
  [['user', 'delete', 'bob'], /Say --messages keep/],
  [['user', 'delete', 'bob', '--messages', 'keep'], /There is no terminal to ask on: say --yes/],
  [['room', 'delete', 'x', '--yes'], /^"x" is not the ID of a room\.$/],
  [['invite', 'create', '--expires', 'soon'], /must be a time such as 30m, 12h or 7d/],
  [['settings', 'set', 'nonsense', '1'], /There is no setting "nonsense"/],
])('%j is refused in a sentence', async (words, sentence) => {
  const ended = await run(...words)
  expect(ended).toMatchObject({ code: 1, out: '' })
  expect(ended.problems).toMatch(sentence)
})

const temporary = temporaryFolder()
afterAll(() => temporary.remove())

test('a command acts inside the running server, and alone where there is none', async () => {
  const folder = temporary.path
  const running = await startRoost({ folder })
  const create = (username: string, ...more: string[]) =>
    roost(['user', 'create', '--username', username, '--email', `${username}@e.org`, ...more], {
      folder,
      input: PASSWORD,
    })
  await create('alice', '--admin', '--password-stdin')
  await create('bob', '--password-stdin')
  const connect = async (username: string) => {
    const reply = await callApi(running.url, {
      method: 'POST',
      path: '/api/auth/sign-in/username',
      body: { username, password: PASSWORD },
    })
    const { token } = reply.body as { token: string }
    return TestSocket.open(running.url, { authorization: `Bearer ${token}` })
  }
  const [other, socket] = [await connect('alice'), await connect('bob')]
  expect(await roost(['user', 'disable', 'bob'], { folder })).toMatchObject({
    code: 0,
    stdout: 'bob is disabled.\n',
    stderr: '',
  })
  expect((await socket.closed).code).toBe(closeCodes.sessionEnded)
  expect(await running.stop()).toMatchObject({ code: 0, stderr: '' })
  expect((await other.closed).code).toBe(closeCodes.draining)

  const { stdout } = await roost(['user', 'list', '--filter', 'disabled', '--json'], { folder })
  expect(JSON.parse(stdout)).toMatchObject([{ username: 'bob', disabled: true }])
  expect(await roost(['room', 'list'], { folder })).toMatchObject({
    code: 0,
    stdout: 'There is no such room.\n',
  })
})
