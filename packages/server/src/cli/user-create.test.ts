import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'

import { expect, test, vi } from 'vitest'

import { callApi, PASSWORD } from '../testing/start-test-server.ts'
import { bin, roost, startRoost, type Ended } from './testing/roost-process.ts'
import { shareRoost } from './testing/share-roost.ts'

// Processes start slowly on a machine that has other things to do.
vi.setConfig({ testTimeout: 60_000 })

const { server, folder, inside } = await shareRoost()

interface Account {
  readonly username: string
  readonly email?: string
  readonly more?: readonly string[]
  readonly password?: string
  readonly folder?: string
}

function create(account: Account): Promise<Ended> {
  const { username, email = `${username}@example.org`, more = [], password = PASSWORD } = account
  const args = ['user', 'create', '--username', username, '--email', email, '--password-stdin']
  return roost([...args, ...more], { folder: account.folder ?? folder, input: password })
}

async function signIn(url: string, username: string, password = PASSWORD) {
  const body = { username, password }
  const reply = await callApi(url, { method: 'POST', path: '/api/auth/sign-in/username', body })
  if (reply.status !== 200) return { status: reply.status }
  const { token } = reply.body as { token: string }
  const me = await callApi(url, { method: 'GET', path: '/api/v1/me', token })
  return { status: 200, me: me.body as { username: string; name: string; role: string } }
}

test('beside a server, the first administrator is its owner and ends the set-up link', async () => {
  expect(await create({ username: 'alice', more: ['--admin', '--name', 'Alice Liddell'] })).toEqual(
    {
      code: 0,
      signal: null,
      stdout: 'Made the account alice, the owner.\n',
      stderr: '',
    },
  )
  expect(await signIn(server.url, 'alice')).toMatchObject({
    me: { username: 'alice', name: 'Alice Liddell', role: 'owner' },
  })
  const setUp = await callApi(server.url, {
    method: 'POST',
    path: '/api/v1/setup',
    body: {
      token: server.setupToken,
      username: 'mallory',
      name: 'Mallory',
      email: 'mallory@example.org',
      password: PASSWORD,
    },
  })
  expect(setUp).toMatchObject({ status: 403, body: { error: { reason: 'setup_token_invalid' } } })

  expect((await create({ username: 'bob', more: ['--admin'] })).stdout).toBe(
    'Made the account bob, an administrator.\n',
  )
  expect((await create({ username: 'carol' })).stdout).toBe('Made the account carol.\n')
  expect(await signIn(server.url, 'carol')).toMatchObject({ me: { name: 'carol', role: 'user' } })
})

test('without a server it opens the folder itself, and the next start asks for no owner', async () => {
  const alone = inside('alone')
  expect(await create({ username: 'alice', more: ['--admin'], folder: alone })).toMatchObject({
    code: 0,
    stdout: 'Made the account alice, the owner.\n',
  })
  const later = await startRoost({ folder: alone })
  expect(later.setupToken).toBeUndefined()
  expect(await signIn(later.url, 'alice')).toMatchObject({ me: { role: 'owner' } })
  await later.stop()
})

test('only a last newline is dropped from a password on the standard input', async () => {
  for (const [username, input, password] of [
    ['newline', `${PASSWORD} \n`, `${PASSWORD} `],
    ['carriage', `${PASSWORD}\r\n`, PASSWORD],
    ['none', PASSWORD, PASSWORD],
  ] as const) {
    expect((await create({ username, password: input })).code).toBe(0)
    expect(await signIn(server.url, username, password)).toMatchObject({ status: 200 })
  }
})

test.each<[string, Account, RegExp]>([
  ['a weak password', { username: 'weak', password: 'password12' }, /^[^\n]*password[^\n]*\.\n$/i],
  ['a short password', { username: 'short', password: 'x' }, /^A password has at least 10 /],
  ['a taken name', { username: 'ALICE', email: 'x@example.org' }, /^This user name is taken\.\n$/],
  ['a taken address', { username: 'alice2', email: 'Alice@example.org' }, /e-mail[^\n]*\.\n$/],
  [
    'a bad name',
    { username: 'a b', email: 'ab@example.org' },
    /^--username: A user name has [^\n]*\.\n$/,
  ],
  ['a bad address', { username: 'dave', email: 'dave' }, /^--email: [^\n]*\n$/],
  [
    'a blank name',
    { username: 'dave', more: ['--name', ' '] },
    /^--name: This may not be blank\.\n$/,
  ],
])('%s is refused in a sentence', async (_what, account, sentence) => {
  const ended = await create(account)
  expect(ended).toMatchObject({ code: 1, stdout: '' })
  expect(ended.stderr).toMatch(sentence)
})

test('without a terminal and without --password-stdin there is a sentence', async () => {
  const args = ['user', 'create', '--username', 'dave', '--email', 'dave@example.org']
  expect(await roost(args, { folder })).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^There is no terminal [^\n]*--password-stdin\.\n$/) as string,
  })
})

test.each([['--username'], ['--email']])('without %s the usage is shown', async (missing) => {
  const given = { '--username': 'dave', '--email': 'dave@example.org' }
  const args = Object.entries(given).flatMap((pair) => (pair[0] === missing ? [] : pair))
  const ended = await roost(['user', 'create', ...args], { folder })
  expect(ended).toMatchObject({ code: 2 })
  expect(ended.stderr).toMatch(new RegExp(`^${missing} is missing\\.`))
})

/** From util-linux: runs a command on a terminal of its own. */
const script = '/usr/bin/script'

test.skipIf(process.platform !== 'linux' || !existsSync(script))(
  'on a terminal the password is asked for twice, without an echo',
  async () => {
    const secret = 'four unrelated words: marmot'
    const command = [
      process.execPath,
      bin,
      'user',
      'create',
      '--username',
      'erin',
      '--email',
      'e@e.org',
    ]
    const child = spawn(script, ['-qec', command.join(' '), '/dev/null'], {
      env: { ...process.env, ROOST_DATA: folder },
      stdio: 'pipe',
    })
    const closed = once(child, 'close')
    let shown = ''
    const answers = [secret, 'something else', secret, secret]
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      shown += text
      if (/(Password|The same again): $/.test(shown)) child.stdin.write(`${answers.shift()}\n`)
    })
    expect(await closed).toEqual([0, null])
    expect(shown.replaceAll('\r', '')).toBe(
      `Password: \nThe same again: \nThese two are not the same.\n` +
        `Password: \nThe same again: \nMade the account erin.\n`,
    )
    expect(await signIn(server.url, 'erin', secret)).toMatchObject({ status: 200 })
  },
)
