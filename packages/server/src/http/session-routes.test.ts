import { closeCodes, endpoints } from '@roost/protocol'
import { expect, test } from 'vitest'

import { SessionActivity } from '../auth/session-activity.ts'
import { newClientId, Person } from '../testing/person.ts'
import { sendRaw } from '../testing/send-raw.ts'
import { shareServer } from '../testing/share-server.ts'
import { PASSWORD } from '../testing/start-test-server.ts'

let now = Date.now()
const { server, core, alice, bob, mallory } = await shareServer(['alice', 'bob', 'mallory'], {
  now: () => now,
})
const MINUTE = 60_000

/** Another device of someone. */
async function signIn(who: Person, userAgent?: string): Promise<Person> {
  const reply = await sendRaw(server.url, {
    method: 'POST',
    path: '/api/auth/sign-in/username',
    headers: {
      'content-type': 'application/json',
      ...(userAgent !== undefined && { 'user-agent': userAgent }),
    },
    body: JSON.stringify({ username: who.username, password: PASSWORD }),
  })
  const { token } = JSON.parse(reply.text) as { token: string }
  return new Person(server, { id: who.id, username: who.username, token })
}
const list = async (who: Person) => (await who.ask(endpoints.sessions)).sessions
const idOf = async (who: Person) => (await who.ask(endpoints.me)).sessionId
const isOut = async (who: Person) => (await who.request(endpoints.me)).status === 401

test('I see where I am signed in, and as what', async () => {
  const agent = 'Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0'
  const phone = await signIn(alice, agent)
  const silent = await signIn(alice, '')
  const sessions = await list(phone)
  expect(sessions).toHaveLength(3)
  expect(sessions.map(({ id }) => id)).not.toContain(await idOf(bob))
  expect(sessions.filter(({ current }) => current)).toMatchObject([
    { id: await idOf(phone), device: agent, address: '127.0.0.1' },
  ])
  expect(sessions.find(({ device }) => device === '')?.id).toBe(await idOf(silent))
  const shapes = sessions.map((session) => Object.keys(session).toSorted().join())
  expect(new Set(shapes)).toEqual(new Set(['address,createdAt,current,device,id,lastSeenAt']))
  const long = await signIn(mallory, 'x'.repeat(5_000))
  expect((await list(long)).find(({ current }) => current)?.device).toHaveLength(300)
})

test('logging out there ends it at once, with its sockets, and nothing else', async () => {
  const [laptop, phone] = [await signIn(bob), await signIn(bob)]
  const [here, there, again] = await Promise.all([
    laptop.connect(),
    phone.connect(),
    phone.connect(),
  ])
  const id = await idOf(phone)
  expect(await laptop.ask(endpoints.endSession, { params: { id } })).toEqual({
    success: true,
  })
  expect(await isOut(phone)).toBe(true)
  for (const socket of [there, again])
    expect(await socket.closed).toMatchObject({ code: closeCodes.sessionEnded })
  expect(await isOut(laptop)).toBe(false)
  await laptop.settle(here)
  expect(await list(laptop)).not.toContainEqual(expect.objectContaining({ id }))
  await here.close()
})

test("nobody ends another's session, and none that is not there", async () => {
  const theirs = await idOf(alice)
  for (const id of [theirs, newClientId(), alice.id])
    expect(await mallory.refusal(endpoints.endSession, { params: { id } })).toMatchObject({
      code: 'not_found',
    })
  expect(await isOut(alice)).toBe(false)
  const once = await signIn(mallory)
  const params = { id: await idOf(once) }
  await mallory.ask(endpoints.endSession, { params })
  expect(await mallory.refusal(endpoints.endSession, { params })).toMatchObject({
    code: 'not_found',
  })
})

test('I log out everywhere else, and stay', async () => {
  const [laptop, phone, tablet] = [await signIn(bob), await signIn(bob), await signIn(bob)]
  const [here, there] = await Promise.all([laptop.connect(), phone.connect()])
  await laptop.ask(endpoints.endOtherSessions)
  expect(await there.closed).toMatchObject({ code: closeCodes.sessionEnded })
  expect([await isOut(phone), await isOut(tablet), await isOut(bob)]).toEqual([true, true, true])
  expect(await list(laptop)).toMatchObject([{ current: true }])
  await laptop.settle(here)
  await here.close()
  expect(await isOut(alice)).toBe(false)
})

test('a session is seen when its socket comes and goes, and each minute that it asks', async () => {
  const other = await signIn(alice)
  const id = await idOf(other)
  const activity = new SessionActivity(core)
  const seen = async () => (await list(alice)).find((session) => session.id === id)?.lastSeenAt
  const written = async () => {
    const row = await core.database.read((db) =>
      db.selectFrom('sessions').select('lastSeenAt').where('id', '=', id).executeTakeFirst(),
    )
    return row?.lastSeenAt
  }
  // Stored with what else was gathered in a second.
  const store = async () => {
    await expect.poll(written, { timeout: 10_000 }).toBe(now)
  }
  const start = await seen()
  activity.used(id, now - MINUTE + 1)
  await activity.flush()
  expect(await written()).toBeNull()
  now += MINUTE / 2
  await other.ask(endpoints.me)
  expect(await seen()).toBe(start)
  now += MINUTE
  await other.ask(endpoints.me)
  await store()
  const socket = await other.connect()
  now += MINUTE * 60
  // Open: it is being seen right now.
  expect(await seen()).toBe(now)
  await socket.close()
  await store()
  const end = now
  now += MINUTE * 60
  expect(await seen()).toBe(end)
  expect((await list(alice))[0]).toMatchObject({ current: true, lastSeenAt: now })
})
