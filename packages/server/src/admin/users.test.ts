import { adminEndpoints, closeCodes, endpoints, limits, type UpdateMe } from '@roost/protocol'
import { expect, test } from 'vitest'

import { chunksOf } from '../chunks.ts'
import { newId } from '../core.ts'
import { searchNameOf } from '../people/profiles.ts'
import { actsOn, signInAs, signInOwner } from '../testing/administrators.ts'
import { Person } from '../testing/person.ts'
import { shareServer } from '../testing/share-server.ts'
import { callApi, PASSWORD } from '../testing/start-test-server.ts'
import { TestSocket } from '../testing/test-socket.ts'

const { server, core, alice, bob, carol } = await shareServer(['alice', 'bob', 'carol'])
const owner = await signInOwner(server, alice)
const { adminUsers, adminCreateUser, adminUpdateUser, adminSignOutUser, adminResetLink } =
  adminEndpoints

const update = (id: string, body: object) => ({ params: { id }, body })
const sign = async (username: string) => new Person(server, await server.signUp(username))
const signInStatus = async (username: string, password = PASSWORD) => {
  const body = { username, password }
  const path = '/api/auth/sign-in/username'
  return (await callApi(server.url, { method: 'POST', path, body })).status
}
const usernames = async (query: object) =>
  (await alice.ask(adminUsers, { query })).users.map(({ username }) => username)

test('the owner makes and unmakes administrators, in the same session and at once', async () => {
  const dave = await sign('dave')
  expect(await dave.refusal(adminUsers)).toMatchObject({ status: 403, reason: 'admin_only' })
  const socket = await dave.connect()
  expect(await owner.ask(adminUpdateUser, update(dave.id, { role: 'admin' }))).toMatchObject({
    role: 'admin',
  })
  await socket.find((frame) => frame.type === 'userEvent' && frame.event.type === 'me.changed')
  expect(await dave.ask(endpoints.me)).toMatchObject({ role: 'admin' })
  expect((await dave.ask(adminUsers)).users).not.toEqual([])
  await owner.ask(adminUpdateUser, update(dave.id, { role: 'user' }))
  expect(await dave.refusal(adminUsers)).toMatchObject({ status: 403 })
  expect(await actsOn(owner, dave.id)).toMatchObject([
    { action: 'user.role', subjectName: 'Dave', actorId: owner.id, details: { to: 'admin' } },
    { action: 'user.role', details: { from: 'admin', to: 'user' } },
  ])
  await socket.close()
})

test('a new name is what others read, and is found by', async () => {
  const heard = await bob.connect()
  await carol.openDirect(bob)
  await heard.find(TestSocket.isUserEvent('conversation.joined'))
  await alice.ask(adminUpdateUser, update(carol.id, { name: 'Каролина Nováková' }))
  await heard.find(
    (frame) =>
      frame.type === 'signal' &&
      frame.signal.type === 'user' &&
      frame.signal.user.name === 'Каролина Nováková',
  )
  expect(await bob.ask(endpoints.user, { params: { id: carol.id } })).toMatchObject({
    name: 'Каролина Nováková',
  })
  for (const query of ['КАРОЛИНА', 'novakova', 'carol', 'carol@EXAMPLE.org', 'rol@ex'])
    expect([query, await usernames({ query })]).toEqual([query, ['carol']])
  expect(await actsOn(owner, carol.id)).toMatchObject([
    {
      action: 'user.renamed',
      actorId: alice.id,
      details: { from: 'Carol', to: 'Каролина Nováková' },
    },
  ])
  await heard.close()
})

test('what is so already is no act', async () => {
  const erin = await sign('erin')
  await alice.ask(adminUpdateUser, update(erin.id, { name: 'Erin', disabled: false, role: 'user' }))
  await alice.ask(adminUpdateUser, update(erin.id, {}))
  expect(await actsOn(owner, erin.id)).toEqual([])
})

test('whoever is disabled is out at once, and stays out until enabled again', async () => {
  const frank = await sign('frank')
  const { id: room } = await frank.makeRoomWith([bob])
  const link = await alice.ask(adminResetLink, { params: { id: frank.id } })
  const { token } = await frank.ask(endpoints.createInvite, { body: {} })
  const socket = await frank.connect()
  expect((await frank.ask(endpoints.me)).username).toBe('frank')

  await alice.ask(adminUpdateUser, update(frank.id, { disabled: true }))
  expect((await socket.closed).code).toBe(closeCodes.sessionEnded)
  expect(await frank.refusal(endpoints.me)).toMatchObject({ status: 401 })
  await expect(frank.connect()).rejects.toMatchObject({ status: 401 })
  expect(await signInStatus('frank')).toBe(403)
  expect((await bob.ask(endpoints.users, { query: { query: 'frank' } })).users).toEqual([])
  expect(await bob.refusal(endpoints.lookAtInvite, { body: { token } })).toMatchObject({
    reason: 'invite_invalid',
  })
  expect(await usernames({ filter: 'disabled' })).toEqual(['frank'])
  // What they wrote, and that they are in the room, stays.
  expect((await bob.look(room)).memberCount).toBe(2)

  await alice.ask(adminUpdateUser, update(frank.id, { disabled: false }))
  expect(await usernames({ filter: 'disabled' })).toEqual([])
  expect(await signInStatus('frank')).toBe(200)
  expect(await frank.refusal(endpoints.me)).toMatchObject({ status: 401 })
  // A way in that somebody was given before is none after it.
  const body = { token: link.path.split('/').at(-1), newPassword: 'marmot lantern fjord' }
  expect(await bob.refusal(endpoints.resetPassword, { body })).toMatchObject({
    reason: 'reset_invalid',
  })
  expect((await actsOn(owner, frank.id)).map(({ action }) => action)).toEqual([
    'user.reset_link',
    'user.disabled',
    'user.enabled',
  ])
})

test('signing someone out ends all their sessions and nothing else', async () => {
  const gina = await sign('gina')
  const elsewhere = await signInAs(server, 'gina')
  const sockets = [await gina.connect(), await elsewhere.connect()]
  await alice.ask(adminSignOutUser, { params: { id: gina.id } })
  for (const socket of sockets) expect((await socket.closed).code).toBe(closeCodes.sessionEnded)
  for (const session of [gina, elsewhere])
    expect(await session.refusal(endpoints.me)).toMatchObject({ status: 401 })
  expect(await signInStatus('gina')).toBe(200)
  expect(await actsOn(owner, gina.id)).toMatchObject([{ action: 'user.signed_out' }])
})

test('a reset link sets a password once; whose account it is, is told', async () => {
  const hugo = await sign('hugo')
  const link = await alice.ask(adminResetLink, { params: { id: hugo.id } })
  expect(link.url).toBeNull()
  expect((await hugo.ask(endpoints.me)).resetLinkMadeAt).not.toBeNull()
  const body = { token: link.path.split('/').at(-1), newPassword: 'marmot lantern fjord' }
  await callApi(server.url, { method: 'POST', path: '/api/auth/reset-password', body })
  expect(await signInStatus('hugo', 'marmot lantern fjord')).toBe(200)
  expect(await bob.refusal(endpoints.resetPassword, { body })).toMatchObject({
    reason: 'reset_invalid',
  })
  const [entry] = await actsOn(owner, hugo.id)
  expect(entry).toMatchObject({ action: 'user.reset_link', actorId: alice.id })
  expect(JSON.stringify(entry)).not.toContain(body.token)
  const seen: UpdateMe = { resetLinkSeen: true }
  const again = await signInAs(server, 'hugo', 'marmot lantern fjord')
  expect((await again.ask(endpoints.updateMe, { body: seen })).resetLinkMadeAt).toBeNull()
})

test('an account is made with a password, or with a link by which its owner sets one', async () => {
  const account = { username: 'ida', name: 'Ida', email: 'Ida@example.org' }
  const made = await alice.ask(adminCreateUser, { body: { ...account, password: PASSWORD } })
  expect(made).toMatchObject({
    user: { username: 'ida', email: 'ida@example.org', role: 'user', disabled: false },
  })
  expect(made.resetLink).toBeUndefined()
  expect(await signInStatus('ida')).toBe(200)

  const jon = { username: 'jon', name: 'Jon', email: 'jon@example.org' }
  const { user, resetLink } = await alice.ask(adminCreateUser, { body: jon })
  expect(await signInStatus('jon')).toBe(401)
  const token = resetLink?.path.split('/').at(-1)
  const body = { token, newPassword: 'marmot lantern fjord' }
  await callApi(server.url, { method: 'POST', path: '/api/auth/reset-password', body })
  expect(await signInStatus('jon', 'marmot lantern fjord')).toBe(200)
  expect(await actsOn(owner, user.id)).toMatchObject([
    { action: 'user.created', actorId: alice.id, details: { username: 'jon', role: 'user' } },
  ])

  expect(await alice.refusal(adminCreateUser, { body: jon })).toMatchObject({
    status: 409,
    reason: 'username_taken',
  })
  const admin = { ...jon, username: 'kim', email: 'kim@example.org', role: 'admin' }
  expect(await alice.refusal(adminCreateUser, { body: admin })).toMatchObject({
    status: 403,
    reason: 'owner_only',
  })
  expect(await usernames({ query: 'kim' })).toEqual([])
  expect(await owner.ask(adminCreateUser, { body: { ...admin, role: 'admin' } })).toMatchObject({
    user: { role: 'admin' },
  })
})

test('administrators manage members, and nobody beside or above them', async () => {
  const lea = await sign('lea')
  await owner.ask(adminUpdateUser, update(lea.id, { role: 'admin' }))
  for (const { id } of [owner, lea])
    for (const change of [{ name: 'x' }, { role: 'user' }, { disabled: true }])
      expect(await alice.refusal(adminUpdateUser, update(id, change))).toMatchObject({
        status: 403,
        reason: 'owner_only',
      })
  for (const role of ['admin', 'owner'])
    expect(await alice.refusal(adminUpdateUser, update(bob.id, { role }))).toMatchObject({
      status: 403,
      reason: 'owner_only',
    })
  // All or nothing: the name has not changed either.
  const both = { name: 'Robert', role: 'admin' }
  await alice.refusal(adminUpdateUser, update(bob.id, both))
  expect(await alice.ask(endpoints.user, { params: { id: bob.id } })).toMatchObject({ name: 'Bob' })
  expect(await usernames({ filter: 'admins', query: 'lea' })).toEqual(['lea'])
  await owner.ask(adminUpdateUser, update(lea.id, { disabled: true }))
})

test('nobody shuts themselves out, and there is always an owner who can sign in', async () => {
  for (const [person, change, reason] of [
    [alice, { disabled: true }, 'yourself'],
    [alice, { role: 'user' }, 'owner_only'],
    [owner, { disabled: true }, 'yourself'],
    [owner, { role: 'admin' }, 'last_owner'],
  ] as const)
    expect(await person.refusal(adminUpdateUser, update(person.id, change))).toMatchObject({
      status: 403,
      reason,
    })
  // A session that somebody finds open gives them no password.
  for (const person of [alice, owner])
    expect(await person.refusal(adminResetLink, { params: { id: person.id } })).toMatchObject({
      status: 403,
      reason: 'yourself',
    })
  const mia = await sign('mia')
  await owner.ask(adminUpdateUser, update(mia.id, { role: 'owner' }))
  // One who cannot sign in is none to rely on.
  await owner.ask(adminUpdateUser, update(mia.id, { disabled: true }))
  expect(await owner.refusal(adminUpdateUser, update(owner.id, { role: 'user' }))).toMatchObject({
    reason: 'last_owner',
  })
  await owner.ask(adminUpdateUser, update(mia.id, { disabled: false }))
  const second = await signInAs(server, 'mia')
  await second.ask(adminUpdateUser, update(owner.id, { role: 'user' }))
  expect(await second.refusal(adminUpdateUser, update(mia.id, { role: 'user' }))).toMatchObject({
    reason: 'last_owner',
  })
  await second.ask(adminUpdateUser, update(owner.id, { role: 'owner' }))
  await second.ask(adminUpdateUser, update(mia.id, { role: 'user' }))
})

test('of two owners who step down at once, one stays', async () => {
  const nina = await sign('nina')
  await owner.ask(adminUpdateUser, update(nina.id, { role: 'owner' }))
  const steps = [owner, nina].map((one) =>
    one.request(adminUpdateUser, update(one.id, { role: 'user' })),
  )
  const statuses = (await Promise.all(steps)).map(({ status }) => status)
  expect(new Set(statuses)).toEqual(new Set([200, 403]))
  const left = statuses[0] === 403 ? owner : nina
  await left.ask(adminUpdateUser, update(owner.id, { role: 'owner' }))
  await owner.ask(adminUpdateUser, update(nina.id, { role: 'user' }))
})

test('20,000 accounts are paged by name, nobody twice and nobody missed', async () => {
  const now = new Date().toISOString()
  const many = Array.from({ length: 20_000 }, (_, at) => {
    const username = `extra-${at}`
    const name = at % 1_000 === 0 ? `Żółć ${at}` : `Extra ${at}`
    const email = `${at}@${at % 5_000 === 1 ? 'rare' : 'many'}.example`
    const dates = { createdAt: now, updatedAt: now }
    return {
      id: newId(core),
      username,
      name,
      email,
      searchName: searchNameOf(name, username),
      ...dates,
    }
  })
  await core.database.write(async ({ db }) => {
    for (const rows of chunksOf(many, 1_000)) await db.insertInto('users').values(rows).execute()
  })
  const walk = async (query: object) => {
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = await alice.ask(adminUsers, {
        query: { ...query, limit: limits.pageMax, cursor },
      })
      seen.push(...page.users.map(({ id }) => id))
      cursor = page.nextCursor
    } while (cursor !== undefined)
    return seen
  }
  const all = await walk({})
  expect(all.length).toBeGreaterThan(20_000)
  expect(new Set(all).size).toBe(all.length)
  expect((await walk({ query: 'żółć' })).length).toBe(20)
  expect((await walk({ query: 'ZOŁC' })).length).toBe(20)
  expect((await walk({ query: '@rare.' })).length).toBe(4)
  expect((await walk({ query: '%' })).length).toBe(0)
})
