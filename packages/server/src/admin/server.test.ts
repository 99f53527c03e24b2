import { adminEndpoints, endpoints } from '@roost/protocol'
import { expect, test } from 'vitest'

import { signInOwner } from '../testing/administrators.ts'
import { usesPostgres } from '../testing/postgres-databases.ts'
import { risingClock } from '../testing/rising-clock.ts'
import { shareServer } from '../testing/share-server.ts'
import { startTestServer } from '../testing/start-test-server.ts'
import { record } from './audit.ts'

const { server, core, alice, bob } = await shareServer(['alice', 'bob'], { now: risingClock() })
const owner = await signInOwner(server, alice)
const { adminSettings, adminUpdateSettings, adminHealth, adminAudit, adminInvites } = adminEndpoints

const newest = async () => (await owner.ask(adminAudit, { query: { limit: 1 } })).entries[0]

test('settings are in force at once, and the old and new values recorded', async () => {
  const room = await bob.makeRoom()
  for (let at = 0; at < 4; at++) await bob.send(room.id, `line ${at}`)
  const before = await alice.ask(adminSettings)
  expect(before.settings).toMatchObject({ serverName: 'Roost', pageRoom: 25 })
  const body = { serverName: 'The Club', pageRoom: 2, helpContact: 'Ada, room 7' }
  expect((await alice.ask(adminUpdateSettings, { body })).settings).toEqual({
    ...before.settings,
    ...body,
  })
  expect(await bob.ask(endpoints.server)).toMatchObject({
    name: 'The Club',
    helpContact: 'Ada, room 7',
  })
  const page = await bob.ask(endpoints.messages, { params: { id: room.id } })
  expect(page.messages.length).toBe(2)
  expect(await newest()).toMatchObject({
    action: 'settings.changed',
    actorId: alice.id,
    details: {
      serverName: { from: 'Roost', to: 'The Club' },
      pageRoom: { from: 25, to: 2 },
      helpContact: { from: null, to: 'Ada, room 7' },
    },
  })
  const entry = await newest()
  await alice.ask(adminUpdateSettings, { body })
  expect(await newest()).toEqual(entry)
})

test('what the environment decides is shown as locked, and stays', async () => {
  const fixed = { signUp: 'open', pageDirect: 7 } as const
  const other = await startTestServer({ config: { fixed } })
  const boss = await signInOwner(other)
  const { settings, locked } = await boss.ask(adminSettings)
  expect(settings.pageDirect).toBe(7)
  expect(locked).toEqual({ signUp: 'ROOST_SIGN_UP', pageDirect: 'ROOST_PAGE_DIRECT' })
  const body = { pageDirect: 8, pageRoom: 9 }
  expect(await boss.refusal(adminUpdateSettings, { body })).toMatchObject({
    status: 403,
    reason: 'setting_locked',
    field: 'pageDirect',
  })
  expect((await boss.ask(adminSettings)).settings.pageRoom).toBe(25)
  await other.stop()
})

test('health counts what there is', async () => {
  const socket = await bob.connect()
  const room = await bob.makeRoom()
  const { id } = await bob.send(room.id, 'soon gone')
  await bob.erase(id)
  const health = await alice.ask(adminHealth)
  // Four of the first test; neither the deleted one nor the lines about rooms.
  expect(health).toMatchObject({
    users: 3,
    disabledUsers: 0,
    rooms: 2,
    messages: 4,
    openSockets: 1,
    onlineUsers: 1,
    database: usesPostgres() ? 'postgres' : 'sqlite',
    mail: false,
    origin: null,
  })
  expect(health.databaseBytes).toBeGreaterThan(10_000)
  expect(health.freeBytes).toBeGreaterThan(0)
  expect(health.memoryBytes).toBeGreaterThan(1_000_000)
  await socket.close()
})

test('an invite that an administrator ends is recorded; whoever ends their own does no act', async () => {
  const { invite, token } = await bob.ask(endpoints.createInvite, { body: {} })
  expect((await alice.ask(adminInvites)).invites).toMatchObject([{ id: invite.id }])
  await alice.ask(endpoints.revokeInvite, { params: { id: invite.id } })
  expect(await newest()).toMatchObject({
    action: 'invite.revoked',
    subjectId: invite.id,
    actorId: alice.id,
    details: { createdBy: bob.id },
  })
  expect(await bob.refusal(endpoints.lookAtInvite, { body: { token } })).toMatchObject({
    reason: 'invite_invalid',
  })
  const entry = await newest()
  for (const maker of [bob, alice]) {
    const { invite: own } = await maker.ask(endpoints.createInvite, { body: {} })
    await maker.ask(endpoints.revokeInvite, { params: { id: own.id } })
  }
  expect(await newest()).toEqual(entry)
  expect((await alice.ask(adminInvites)).invites).toEqual([])
})

test('the record is paged, newest first, and written with the act or not at all', async () => {
  const act = { actorId: alice.id, action: 'user.renamed' } as const
  for (const name of ['one', 'two', 'three'])
    await core.database.write(async (tx) => {
      await record(core, tx, { ...act, subject: { id: bob.id, name } })
    })
  await expect(
    core.database.write(async (tx) => {
      await record(core, tx, { ...act, subject: { id: bob.id, name: 'never' } })
      throw new Error('It did not come to that.')
    }),
  ).rejects.toThrow('It did not come to that.')
  const seen: string[] = []
  let cursor: string | undefined
  do {
    const page = await owner.ask(adminAudit, { query: { limit: 1, cursor } })
    for (const entry of page.entries) seen.push(entry.id)
    expect(page.users.every(({ id }) => [alice.id, bob.id, owner.id].includes(id))).toBe(true)
    cursor = page.nextCursor
  } while (cursor !== undefined)
  const { entries } = await owner.ask(adminAudit, { query: { limit: 100 } })
  expect(seen).toEqual(entries.map(({ id }) => id))
  expect(entries.map(({ at }) => at)).toEqual(entries.map(({ at }) => at).toSorted((a, b) => b - a))
  expect(entries.map(({ subjectName }) => subjectName)).not.toContain('never')
})
