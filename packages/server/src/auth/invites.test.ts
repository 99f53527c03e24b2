import { adminEndpoints, endpoints, errorBody, signedIn, type CreateInvite } from '@roost/protocol'
import { beforeEach, describe, expect, test } from 'vitest'

import { Person } from '../testing/person.ts'
import { risingClock } from '../testing/rising-clock.ts'
import { postJson } from '../testing/send-raw.ts'
import { shareServer } from '../testing/share-server.ts'
import { PASSWORD } from '../testing/start-test-server.ts'

let clock = 0
const rising = risingClock()
const { server, core, alice, bob, carol, mallory } = await shareServer(
  ['alice', 'bob', 'carol', 'mallory'],
  { now: () => rising() + clock },
)
const settle = (change: Parameters<typeof core.settings.update>[1]) =>
  core.database.write((tx) => core.settings.update(tx, change))
const setRole = (person: Person, role: 'owner' | 'admin' | 'user') =>
  core.database.write(async (tx) => {
    await tx.db.updateTable('users').set({ role }).where('id', '=', person.id).execute()
    tx.afterCommit(() => core.bus.publish({ type: 'role', userId: person.id }))
  })
await setRole(alice, 'admin')
beforeEach(async () => {
  await settle({ signUp: 'invite', invites: 'members' })
})

const invite = async (person: Person, body: CreateInvite = {}) =>
  person.ask(endpoints.createInvite, { body })
let count = 0
const signUp = (token?: string, username = `guest${++count}`) =>
  postJson(server.url, '/api/auth/sign-up/email', {
    username,
    name: username,
    email: `${username}@example.org`,
    password: PASSWORD,
    ...(token !== undefined && { invite: token }),
  })
/** As an app does: again, where a server that has too much to do says so. */
async function signUpAtLast(token: string): ReturnType<typeof signUp> {
  const reply = await signUp(token)
  return reply.status === 503 ? signUpAtLast(token) : reply
}
const refusalOf = ({ status, text }: { status: number; text: string }) => ({
  status,
  ...errorBody.parse(JSON.parse(text)).error,
})
const personOf = (reply: { text: string }) => {
  const { token, user } = signedIn.parse(JSON.parse(reply.text))
  return new Person(server, { id: user.id, username: '', token })
}
const look = (token: string) => postJson(server.url, '/api/v1/invites/look', { token })
const redeem = (person: Person, token: string) =>
  person.request(endpoints.redeemInvite, { body: { token } })
const invalid = { status: 403, code: 'forbidden', reason: 'invite_invalid' }
/** Nobody gets anything by it, with an account or without. */
async function expectVoid(token: string, who = mallory) {
  expect(refusalOf(await look(token))).toMatchObject(invalid)
  expect(refusalOf(await signUp(token))).toMatchObject(invalid)
  expect(await who.refusal(endpoints.redeemInvite, { body: { token } })).toMatchObject(invalid)
}
const countUsers = () =>
  core.database.read(async (db) => (await db.selectFrom('users').select('id').execute()).length)

describe('who may sign up', () => {
  test('is anyone, whoever has a link, or nobody', async () => {
    const { token } = await invite(alice)
    await settle({ signUp: 'open' })
    expect((await signUp()).status).toBe(200)
    expect((await signUp(token)).status).toBe(200)
    expect(refusalOf(await signUp('x'.repeat(32)))).toMatchObject(invalid)
    await settle({ signUp: 'invite' })
    const before = await countUsers()
    expect(refusalOf(await signUp())).toMatchObject({ status: 403, reason: 'invite_required' })
    for (const forged of ['', 'x', token.toLowerCase(), `${token}x`, token.slice(1)])
      expect(refusalOf(await signUp(forged))).toMatchObject(invalid)
    expect(await countUsers()).toBe(before)
    expect((await signUp(token)).status).toBe(200)
    await settle({ signUp: 'closed' })
    for (const reply of [await signUp(), await signUp(token)])
      expect(refusalOf(reply)).toMatchObject({ status: 403, reason: 'sign_up_closed' })
    expect(await countUsers()).toBe(before + 1)
    // Administrators still make accounts.
    await server.app.createAccount(
      { username: 'made', name: 'Made', email: 'made@example.org', password: PASSWORD },
      { admin: false },
    )
  })

  test('is decided anew for each link', async () => {
    const { token } = await invite(bob)
    await settle({ invites: 'admins' })
    await expectVoid(token)
    await settle({ invites: 'members', signUp: 'closed' })
    expect(refusalOf(await look(token))).toMatchObject(invalid)
    await settle({ signUp: 'invite' })
    expect((await signUp(token)).status).toBe(200)
  })
})

describe('who may invite', () => {
  test('to the server: members where they may, else administrators', async () => {
    expect((await invite(bob)).invite).toMatchObject({ createdBy: bob.id, conversationId: null })
    await settle({ invites: 'admins' })
    expect(await bob.refusal(endpoints.createInvite, { body: {} })).toMatchObject({
      status: 403,
      reason: 'admin_only',
    })
    expect((await invite(alice)).invite.createdBy).toBe(alice.id)
    await settle({ signUp: 'closed' })
    expect(await alice.refusal(endpoints.createInvite, { body: {} })).toMatchObject({
      status: 403,
      reason: 'sign_up_closed',
    })
  })

  test('to a room: whoever may add people there', async () => {
    await settle({ signUp: 'closed', invites: 'admins' })
    const { id: secret } = await alice.makeRoomWith([bob], { visibility: 'private' })
    const { id: open } = await carol.makeRoomWith([bob])
    const { id: direct } = await alice.openDirect(bob)
    const refusal = async (person: Person, conversationId: string) => {
      const { code } = await person.refusal(endpoints.createInvite, { body: { conversationId } })
      return code
    }
    expect(await refusal(bob, secret)).toBe('forbidden')
    expect(await refusal(alice, direct)).toBe('forbidden')
    expect(await refusal(mallory, direct)).toBe('not_found')
    expect(await refusal(mallory, secret)).toBe('not_found')
    // Not even an administrator of the server who is not in it.
    expect(await refusal(alice, open)).toBe('forbidden')
    expect((await invite(alice, { conversationId: secret })).invite.roomName).toBe('Room')
    expect((await invite(bob, { conversationId: open })).invite).toMatchObject({
      conversationId: open,
      createdBy: bob.id,
    })
  })
})

describe('a link', () => {
  test('tells what it leads to, and nothing more', async () => {
    await settle({ serverName: 'Harbour' })
    const { id } = await alice.makeRoomWith([bob], {
      visibility: 'private',
      name: 'Galley',
      topic: 'What we eat',
    })
    const { token, invite: made } = await invite(alice, { conversationId: id })
    expect(JSON.parse((await look(token)).text)).toEqual({
      serverName: 'Harbour',
      inviterName: 'Alice',
      room: { id, name: 'Galley', topic: 'What we eat', memberCount: 2 },
      expiresAt: made.expiresAt,
    })
    expect(JSON.parse((await look((await invite(bob)).token)).text)).toMatchObject({
      inviterName: 'Bob',
      room: null,
    })
  })

  test('is kept as a hash only, and told once', async () => {
    const { token, invite: made } = await invite(bob)
    expect(token).toMatch(/^[\w-]{32}$/)
    const row = await core.database.read((db) =>
      db.selectFrom('invites').selectAll().where('id', '=', made.id).executeTakeFirstOrThrow(),
    )
    expect(JSON.stringify(row)).not.toContain(token)
    const list = await bob.ask(endpoints.invites)
    expect(JSON.stringify(list)).not.toContain(token)
    expect(JSON.stringify(list)).not.toContain(row.tokenHash)
    await expectVoid(row.tokenHash)
  })

  test('lasts a week and any number of uses, or as long and many as it was made for', async () => {
    const { invite: usual, token } = await invite(bob)
    expect(usual.expiresAt).toBe(usual.createdAt + 7 * 24 * 60 * 60_000)
    expect(usual).toMatchObject({ maxUses: null, uses: 0 })
    const endless = await invite(bob, { expiresIn: null, maxUses: null })
    const brief = await invite(bob, { expiresIn: 5 * 60_000 })
    const twice = await invite(bob, { maxUses: 2 })
    expect([(await signUp(twice.token)).status, (await signUp(twice.token)).status]).toEqual([
      200, 200,
    ])
    await expectVoid(twice.token)
    // What fails for another reason spends nothing.
    const once = await invite(bob, { maxUses: 1 })
    expect(refusalOf(await signUp(once.token, 'alice'))).toMatchObject({ status: 409 })
    expect((await signUp(once.token)).status).toBe(200)
    clock += 6 * 60_000
    await expectVoid(brief.token)
    clock += 7 * 24 * 60 * 60_000
    await expectVoid(token)
    expect((await signUp(endless.token)).status).toBe(200)
  })

  test('ends when it is revoked, by those who may', async () => {
    const { id } = await carol.makeRoomWith([bob, mallory])
    const { token, invite: made } = await invite(bob, { conversationId: id })
    const { token: other, invite: server2 } = await invite(bob)
    const revoke = (inviteId: string) => ({ params: { id: inviteId } })
    for (const inviteId of [made.id, server2.id])
      expect(await mallory.refusal(endpoints.revokeInvite, revoke(inviteId))).toMatchObject({
        code: 'not_found',
      })
    expect(await carol.refusal(endpoints.revokeInvite, revoke(server2.id))).toMatchObject({
      code: 'not_found',
    })
    // Its room is carol's.
    await carol.ask(endpoints.revokeInvite, revoke(made.id))
    await carol.ask(endpoints.revokeInvite, revoke(made.id))
    await expectVoid(token, alice)
    await alice.ask(endpoints.revokeInvite, revoke(server2.id))
    await expectVoid(other)
  })

  test('is void with its room, and with its maker', async () => {
    const { id } = await carol.makeRoomWith([bob])
    const { token } = await invite(bob, { conversationId: id })
    const change = (set: { archivedAt?: number | null; deletedAt?: number | null }) =>
      core.database.write(({ db }) =>
        db.updateTable('conversations').set(set).where('id', '=', id).execute(),
      )
    const ban = (banned: 0 | 1) =>
      core.database.write(({ db }) =>
        db.updateTable('users').set({ banned }).where('id', '=', bob.id).execute(),
      )
    await change({ archivedAt: 1 })
    await expectVoid(token)
    await change({ archivedAt: null })
    await ban(1)
    await expectVoid(token)
    await ban(0)
    await bob.leave(id)
    await expectVoid(token)
    await bob.join(id)
    expect((await look(token)).status).toBe(200)
    await change({ deletedAt: 1 })
    await expectVoid(token)
  })

  test('does not bring back who made it before they were removed', async () => {
    const { id } = await alice.makeRoomWith([bob, carol], { visibility: 'private' })
    await alice.ask(endpoints.updateMember, {
      params: { id, userId: bob.id },
      body: { role: 'admin' },
    })
    const { token } = await invite(bob, { conversationId: id })
    await alice.ask(endpoints.removeMember, { params: { id, userId: bob.id }, body: {} })
    await expectVoid(token, bob)
  })
})

describe('a link into a room', () => {
  test('takes a new account into it, before the eyes of the others', async () => {
    const { id } = await alice.makeRoomWith([bob], { visibility: 'private' })
    const { token } = await invite(alice, { conversationId: id })
    const socket = await bob.connect()
    const guest = personOf(await signUp(token))
    const { seq } = await guest.send(id, 'hello')
    const joined = await socket.event(id, seq - 1)
    expect(joined.event).toMatchObject({ type: 'member.joined', member: { userId: guest.id } })
    await socket.close()
    expect((await bob.look(id)).memberCount).toBe(3)
  })

  test('takes someone with an account there; who is in it already spends nothing', async () => {
    const { id } = await alice.makeRoomWith([bob], { visibility: 'private' })
    const { token } = await invite(alice, { conversationId: id, maxUses: 1 })
    expect(await bob.ask(endpoints.redeemInvite, { body: { token } })).toEqual({
      conversationId: id,
    })
    expect(await mallory.refusal(endpoints.conversation, { params: { id } })).toMatchObject({
      code: 'not_found',
    })
    expect(await carol.ask(endpoints.redeemInvite, { body: { token } })).toEqual({
      conversationId: id,
    })
    expect((await carol.look(id)).membership).not.toBeNull()
    await expectVoid(token)
    const { token: plain } = await invite(bob, { maxUses: 1 })
    expect(await carol.ask(endpoints.redeemInvite, { body: { token: plain } })).toEqual({
      conversationId: null,
    })
    expect((await look(plain)).status).toBe(200)
  })
})

describe('of a hundred who use a single-use link at once one gets in', () => {
  test('by signing up', { timeout: 60_000 }, async () => {
    const { token, invite: made } = await invite(bob, { maxUses: 1 })
    const before = await countUsers()
    const replies = await Promise.all(Array.from({ length: 100 }, () => signUpAtLast(token)))
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(1)
    for (const reply of replies.filter(({ status }) => status !== 200))
      expect(refusalOf(reply)).toMatchObject(invalid)
    expect(await countUsers()).toBe(before + 1)
    const row = await core.database.read((db) =>
      db.selectFrom('invites').select('uses').where('id', '=', made.id).executeTakeFirst(),
    )
    expect(row).toEqual({ uses: 1 })
  })

  test('by joining a room', { timeout: 60_000 }, async () => {
    await settle({ signUp: 'open' })
    const { id } = await alice.makeRoomWith([], { visibility: 'private' })
    const { token } = await invite(alice, { conversationId: id, maxUses: 1 })
    const guests = [bob, carol, mallory]
    for (let at = 0; at < 7; at++) guests.push(personOf(await signUp()))
    // A hundred attempts of ten people.
    const replies = await Promise.all(
      Array.from({ length: 100 }, (_, at) => redeem(guests[at % 10] ?? bob, token)),
    )
    const winners = new Set(
      replies.flatMap(({ status }, at) => (status === 200 ? [guests[at % 10]?.id] : [])),
    )
    expect(winners.size).toBe(1)
    expect((await alice.look(id)).memberCount).toBe(2)
    const refused = replies.filter(({ status }) => status !== 200)
    expect(refused.length).toBeGreaterThanOrEqual(90)
    for (const { status, body } of refused)
      expect({ status, ...errorBody.parse(body).error }).toMatchObject(invalid)
  })
})

describe('the list of links in force', () => {
  test('is one’s own; of a room, all for who administers it', async () => {
    const { id } = await alice.makeRoomWith([carol])
    const mine = await invite(carol, { conversationId: id })
    const theirs = await invite(alice, { conversationId: id })
    const ids = async (person: Person, conversationId?: string) => {
      const { invites, users } = await person.ask(endpoints.invites, {
        query: { conversationId, cursor: undefined, limit: undefined },
      })
      expect(users.map((user) => user.id)).toEqual(
        expect.arrayContaining(invites.map(({ createdBy }) => createdBy)),
      )
      return invites.map((each) => each.id)
    }
    expect(await ids(carol, id)).toEqual([mine.invite.id])
    expect(await ids(alice, id)).toEqual([theirs.invite.id, mine.invite.id])
    expect(await ids(carol)).toEqual([mine.invite.id])
    const refused = await mallory.refusal(endpoints.invites, { query: { conversationId: id } })
    expect(refused.code).toBe('forbidden')
    await carol.ask(endpoints.revokeInvite, { params: { id: mine.invite.id } })
    expect(await ids(carol)).toEqual([])
  })

  test('comes in pages, newest first', async () => {
    const { id } = await bob.makeRoom()
    const made = []
    for (let at = 0; at < 5; at++)
      made.unshift((await invite(bob, { conversationId: id })).invite.id)
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page: Awaited<ReturnType<typeof readPage>> = await readPage(cursor)
      seen.push(...page.invites.map((each) => each.id))
      cursor = page.nextCursor
    } while (cursor !== undefined)
    expect(seen).toEqual(made)
    function readPage(after: string | undefined) {
      return bob.ask(endpoints.invites, { query: { conversationId: id, cursor: after, limit: 2 } })
    }
  })

  test('of everybody is for administrators', async () => {
    const { invite: made } = await invite(bob)
    expect(await bob.refusal(adminEndpoints.adminInvites)).toMatchObject({ reason: 'admin_only' })
    const { invites } = await alice.ask(adminEndpoints.adminInvites)
    expect(invites.map(({ id }) => id)).toContain(made.id)
  })
})
