import { closeCodes, endpoints, errorBody, signedIn } from '@roost/protocol'
import { sql } from 'kysely'
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest'

import { MailCatcher } from '../testing/mail-catcher.ts'
import { Person, signUpCast } from '../testing/person.ts'
import { usesPostgres } from '../testing/postgres-databases.ts'
import { postJson, sendRaw } from '../testing/send-raw.ts'
import { PASSWORD, startTestServer } from '../testing/start-test-server.ts'
import { TestSocket } from '../testing/test-socket.ts'

const ORIGIN = 'https://chat.example.org'
const MINUTE = 60_000
const NEW = 'marmot lantern fjord'

let clock = 0
const catcher = await MailCatcher.start()
const server = await startTestServer({
  config: { mail: catcher.address, origin: ORIGIN },
  mail: { retryAfter: [1, 1] },
  now: () => Date.now() + clock,
})
const { core, administration } = server.app
const { credentials } = administration
afterAll(async () => {
  await server.stop()
  await catcher.stop()
  expect(server.reports).toEqual([])
})
const people = await signUpCast(server, 'alice', 'bob', 'carol', 'dave', 'erin', 'mallory')
const { alice, bob, carol, dave, erin, mallory } = people
/** More mails than one account gets in a row are not sent: time goes by between tests. */
beforeEach(() => {
  clock += 60 * MINUTE
})

const forget = (login: string, headers: Record<string, string> = {}) =>
  postJson(server.url, '/api/auth/request-password-reset', { login }, headers)
const reset = (token: string, newPassword = NEW) =>
  postJson(server.url, '/api/auth/reset-password', { token, newPassword })
const signIn = (username: string, password: string) =>
  postJson(server.url, '/api/auth/sign-in/username', { username, password })
const refusalOf = ({ status, text }: { status: number; text: string }) => ({
  status,
  ...errorBody.parse(JSON.parse(text)).error,
})
const tokenIn = (text = '') =>
  /https:\/\/chat\.example\.org\/reset\/([\w-]+)\n/.exec(text)?.[1] ?? 'none'
const addressOf = (username: string) => `${username.toLowerCase()}@example.org`
/** Asks for a link and waits for the mail. */
async function mailTo(login: string, headers?: Record<string, string>) {
  const isAddress = login.includes('@')
  const mail = catcher.next(isAddress ? login.toLowerCase() : addressOf(login))
  expect((await forget(login, headers)).status).toBe(200)
  return mail
}
const invalid = { status: 403, code: 'forbidden', reason: 'reset_invalid' }
const makeLink = (userId: string) =>
  core.database.write((tx) => credentials.makeResetLink(tx, userId))
/** Signs in anew; the session that the tests began with may have been ended. */
const again = async ({ id, username }: { id: string; username: string }, password = PASSWORD) =>
  new Person(server, {
    id,
    username,
    token: signedIn.parse(JSON.parse((await signIn(username, password)).text)).token,
  })

describe('a link by mail', () => {
  test('sets a new password once, ends every session and closes its sockets', async () => {
    const socket = await alice.connect()
    const phone = await again(alice)
    const other = await bob.connect()
    const mail = await mailTo('Alice')
    expect(mail.to).toMatchObject([{ address: 'alice@example.org' }])
    expect(mail.from).toMatchObject({ address: 'roost@example.org', name: 'Roost' })
    expect(mail.subject).toBe('Set a new password for Roost')
    const token = tokenIn(mail.text)
    expect(mail.html).toContain(`href="${ORIGIN}/reset/${token}"`)
    expect(mail.html).not.toMatch(/src=|url\(/)

    const changed = catcher.next('alice@example.org')
    expect((await reset(token)).status).toBe(200)
    expect(await socket.closed).toMatchObject({ code: closeCodes.sessionEnded })
    for (const old of [alice, phone])
      expect(await old.refusal(endpoints.me)).toMatchObject({ status: 401 })
    expect((await signIn('alice', PASSWORD)).status).toBe(401)
    expect((await signIn('alice', NEW)).status).toBe(200)
    expect(await changed).toMatchObject({
      subject: 'Your password for Roost was changed',
      to: [{ address: 'alice@example.org' }],
    })
    expect(refusalOf(await reset(token, 'another lantern fjord'))).toMatchObject(invalid)
    expect((await signIn('alice', NEW)).status).toBe(200)
    // Nobody else notices.
    await bob.settle(other)
    await other.close()
  })

  test('is worth nothing when it is old, replaced, or never was', async () => {
    const first = tokenIn((await mailTo('bob')).text)
    const second = tokenIn((await mailTo('BOB@Example.org')).text)
    expect(refusalOf(await reset(first))).toMatchObject(invalid)
    for (const forged of ['', 'x', second.toLowerCase(), `${second}x`, second.slice(1)])
      expect(refusalOf(await reset(forged))).toMatchObject(invalid)
    clock += 59 * MINUTE
    // A password that is refused does not spend the link.
    for (const [weak, reason] of [
      ['short', 'password_short'],
      ['password12', 'password_common'],
      ['bob bob bob', 'password_guessable'],
    ] as const)
      expect(refusalOf(await reset(second, weak))).toMatchObject({
        status: 400,
        field: 'newPassword',
        reason,
      })
    clock += 2 * MINUTE
    expect(refusalOf(await reset(second))).toMatchObject(invalid)
    expect((await signIn('bob', PASSWORD)).status).toBe(200)
  })

  test('of twenty who use it at once one sets the password', async () => {
    const token = tokenIn((await mailTo('carol')).text)
    const words = Array.from({ length: 20 }, (_, at) => `marmot lantern fjord ${at}`)
    const replies = await Promise.all(words.map((word) => reset(token, word)))
    const won = replies.flatMap(({ status }, at) => (status === 200 ? [words[at] ?? ''] : []))
    expect(won).toHaveLength(1)
    for (const reply of replies.filter(({ status }) => status !== 200))
      expect(refusalOf(reply)).toMatchObject(invalid)
    expect((await signIn('carol', won[0] ?? '')).status).toBe(200)
  })

  test('lies in the database as a hash only', async () => {
    const token = tokenIn((await mailTo('dave')).text)
    const rows = await core.database.read((db) =>
      db.selectFrom('verifications').selectAll().execute(),
    )
    const kept = rows.find(({ value }) => value === dave.id)
    expect(kept?.identifier).toMatch(/^reset:[\w-]{43}$/)
    expect(JSON.stringify(rows)).not.toContain(token)
    expect(refusalOf(await reset(kept?.identifier.slice(6) ?? ''))).toMatchObject(invalid)
  })

  test('leads where the server says it is, whatever the request says', async () => {
    for (const headers of [
      { host: 'evil.example' },
      { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'http' },
      { forwarded: 'host=evil.example', 'x-original-host': 'evil.example' },
    ]) {
      clock += 60 * MINUTE
      const { text, html } = await mailTo('dave', headers)
      expect(tokenIn(text)).not.toBe('none')
      expect(`${text}${html}`).not.toContain('evil')
    }
    // A page of somebody else cannot even ask.
    const reply = await forget('dave', { origin: 'https://evil.example', host: 'evil.example' })
    expect(refusalOf(reply)).toMatchObject({ status: 403 })
  })

  test('is written in the language of its owner, or of whoever asks', async () => {
    await dave.ask(endpoints.updateMe, { body: { locale: 'de-AT' } })
    const german = await mailTo('dave', { 'accept-language': 'fr' })
    expect(german.subject).toBe('Neues Passwort für Roost setzen')
    expect(german.text).toContain('Hallo Dave,')
    await dave.ask(endpoints.updateMe, { body: { locale: null } })
    const arabic = await mailTo('dave', { 'accept-language': 'ar-EG,en;q=0.5' })
    expect(arabic.html).toContain('<html lang="ar" dir="rtl">')
    const english = await mailTo('dave', { 'accept-language': '\u00ff;%' })
    expect(english.text).toContain('Hello Dave,')
  })
})

describe('whoever asks for a link learns nothing', () => {
  const ask = async (login: string) => {
    const before = core.database.statements()
    const { status, text, headers } = await forget(login)
    const { date: _date, ...others } = headers
    return { status, text, headers: others, before }
  }

  test('the answer is the same, and out before anything is looked up', async () => {
    const logins = [
      'erin',
      'erin@example.org',
      'nobody',
      'nobody@example.org',
      '',
      '\u0000',
      'a@b@c',
    ]
    const answers = []
    for (const login of logins) {
      const { before: _before, ...answer } = await ask(login)
      const { 'x-request-id': _id, ...headers } = answer.headers
      answers.push({ ...answer, headers })
    }
    for (const answer of answers) expect(answer).toEqual(answers[0])

    await credentials.close()
    // The same, counted inside: what runs before the answer is on its way.
    const { promise: counted, resolve } = Promise.withResolvers<number>()
    const before = core.database.statements()
    const begun = vi
      .spyOn(credentials, 'requestReset')
      .mockImplementationOnce(() => resolve(core.database.statements() - before))
    await ask('erin')
    expect(await counted).toBe(0)
    begun.mockRestore()
  })

  test('disabled people and who is no person get nothing', async () => {
    const ban = (banned: 0 | 1) =>
      core.database.write(({ db }) =>
        db.updateTable('users').set({ banned }).where('id', '=', carol.id).execute(),
      )
    const token = tokenIn((await mailTo('carol')).text)
    await ban(1)
    const mine = () =>
      catcher.mails.filter(({ to }) => to?.[0]?.address === 'carol@example.org').length
    const count = mine()
    expect((await forget('carol')).status).toBe(200)
    await mailTo('dave')
    expect(mine()).toBe(count)
    // Nor does the link that was on its way.
    expect(refusalOf(await reset(token))).toMatchObject(invalid)
    await expect(makeLink(carol.id)).rejects.toMatchObject({ reason: 'account_disabled' })
    await ban(0)
  })

  test('nobody is buried in mails', async () => {
    const count = catcher.mails.length
    for (let at = 0; at < 6; at++) {
      expect((await forget(at % 2 ? 'mallory' : 'mallory@example.org')).status).toBe(200)
      await credentials.close()
    }
    await mailTo('dave')
    const mine = catcher.mails
      .slice(count)
      .filter(({ to }) => to?.some(({ address }) => address === 'mallory@example.org'))
    expect(mine).toHaveLength(3)
  })

  test('the server says whether there is any point in asking', async () => {
    const info = async (url: string) =>
      endpoints.server.response.parse(
        JSON.parse((await sendRaw(url, { path: '/api/v1/server' })).text),
      )
    expect((await info(server.url)).passwordReset).toBe('mail')
    for (const config of [{ mail: catcher.address }, { origin: ORIGIN }]) {
      const other = await startTestServer({ config })
      await other.signUp('alice').catch(() => undefined)
      const count = catcher.mails.length
      expect((await info(other.url)).passwordReset).toBe('admin')
      const reply = await postJson(other.url, '/api/auth/request-password-reset', {
        login: 'owner',
      })
      expect([reply.status, reply.text]).toEqual([200, '{"success":true}'])
      await other.stop()
      expect(catcher.mails).toHaveLength(count)
    }
  })
})

describe('a link made by an administrator', () => {
  test('works once, for a day, and its owner is told', async () => {
    const person = await again(mallory)
    const socket = await person.connect()
    const told = catcher.next('mallory@example.org')
    const link = await makeLink(mallory.id)
    await socket.find(TestSocket.isUserEvent('me.changed'))
    expect(link).toMatchObject({ url: ORIGIN + link.path })
    expect(link.expiresAt - core.now()).toBeGreaterThan(23 * 60 * MINUTE)
    const mail = await told
    expect(mail.subject).toBe('A link to reset your password was made on Roost')
    expect(mail.text).not.toContain(link.path)
    expect((await person.ask(endpoints.me)).resetLinkMadeAt).toBeGreaterThan(0)
    clock += 23 * 60 * MINUTE
    const token = link.path.replace('/reset/', '')
    expect((await reset(token)).status).toBe(200)
    expect(await socket.closed).toMatchObject({ code: closeCodes.sessionEnded })
    expect(refusalOf(await reset(token))).toMatchObject(invalid)
    const late = await makeLink(mallory.id)
    clock += 25 * 60 * MINUTE
    expect(refusalOf(await reset(late.path.replace('/reset/', '')))).toMatchObject(invalid)
  })

  test('gives a new account its first password; nobody needs to be told', async () => {
    let path = ''
    const { userId } = await administration.accounts.create(
      { username: 'frank', name: 'Frank', email: 'frank@example.org' },
      {
        admin: false,
        also: async (tx, made) => {
          path = (await credentials.makeResetLink(tx, made.userId)).path
        },
      },
    )
    for (const guess of ['', 'null', 'undefined'])
      expect((await signIn('frank', guess)).status).toBe(401)
    expect((await reset(path.replace('/reset/', ''))).status).toBe(200)
    const frank = await again({ id: userId, username: 'frank' }, NEW)
    expect((await frank.ask(endpoints.me)).resetLinkMadeAt).toBeNull()
  })
})

test('a sign-in by the old password that is under way when a new one is set comes to nothing', async () => {
  // At the latest moment there is: when the old one has been found right.
  const run = (statement: ReturnType<typeof sql>) =>
    core.database.write(({ db }) => statement.execute(db))
  const sessionsOf = () =>
    core.database.read((db) =>
      db.selectFrom('sessions').select('id').where('userId', '=', bob.id).execute(),
    )
  const before = await sessionsOf()
  const change = sql`update "accounts" set "password" = 'another' where "userId" = ${sql.lit(bob.id)};`
  if (usesPostgres()) {
    await run(
      sql`create function "meanwhile"() returns trigger language plpgsql as $$
        begin ${change} return new; end $$`,
    )
    await run(
      sql`create trigger "meanwhile" before insert on "sessions"
        for each row execute function "meanwhile"()`,
    )
  } else await run(sql`create trigger "meanwhile" before insert on "sessions" begin ${change} end`)
  const reply = await signIn('bob', PASSWORD)
  await run(usesPostgres() ? sql`drop function "meanwhile" cascade` : sql`drop trigger "meanwhile"`)
  expect(refusalOf(reply)).toMatchObject({ status: 401, reason: 'wrong_credentials' })
  expect(reply.cookies).toEqual([])
  expect(await sessionsOf()).toEqual(before)
})

describe('changing it oneself', () => {
  test('a new password takes the old one, and keeps this session only', async () => {
    const here = await again(erin)
    const there = await again(erin)
    const [mine, other] = [await here.connect(), await there.connect()]
    const change = (currentPassword: string, newPassword: string) => ({
      body: { currentPassword, newPassword },
    })
    for (const wrong of ['', 'wrong', PASSWORD.toUpperCase()])
      expect(await here.refusal(endpoints.changePassword, change(wrong, NEW))).toMatchObject({
        status: 403,
        reason: 'wrong_password',
        field: 'currentPassword',
      })
    expect(
      await here.refusal(endpoints.changePassword, change(PASSWORD, 'erin erin erin')),
    ).toMatchObject({ status: 400, reason: 'password_guessable', field: 'newPassword' })
    const onItsWay = tokenIn((await mailTo('erin')).text)
    const told = catcher.next('erin@example.org')
    await here.ask(endpoints.changePassword, change(PASSWORD, NEW))
    expect(await other.closed).toMatchObject({ code: closeCodes.sessionEnded })
    expect(await there.refusal(endpoints.me)).toMatchObject({ status: 401 })
    await here.settle(mine)
    await mine.close()
    expect((await signIn('erin', PASSWORD)).status).toBe(401)
    expect((await signIn('erin', NEW)).status).toBe(200)
    expect((await told).subject).toBe('Your password for Roost was changed')
    expect(refusalOf(await reset(onItsWay))).toMatchObject(invalid)
  })

  test('another address takes the password, and the old one is told', async () => {
    const person = await again(erin, NEW)
    const change = (password: string, email: string) => ({ body: { password, email } })
    expect(
      await person.refusal(endpoints.changeEmail, change(PASSWORD, 'erin@new.example')),
    ).toMatchObject({ status: 403, reason: 'wrong_password', field: 'password' })
    expect(
      await person.refusal(endpoints.changeEmail, change(NEW, 'ALICE@example.org')),
    ).toMatchObject({ status: 409, reason: 'email_taken', field: 'email' })
    const onItsWay = tokenIn((await mailTo('erin')).text)
    const told = catcher.next('erin@example.org')
    const changed = await person.ask(endpoints.changeEmail, change(NEW, 'Erin@New.Example'))
    expect(changed.email).toBe('erin@new.example')
    const note = await told
    expect(note.subject).toBe('Your e-mail address on Roost was changed')
    expect(note.text).not.toContain('new.example')
    expect(refusalOf(await reset(onItsWay))).toMatchObject(invalid)
    expect((await mailTo('erin@new.example')).to).toMatchObject([{ address: 'erin@new.example' }])
    expect((await forget('erin@example.org')).status).toBe(200)
  })
})
