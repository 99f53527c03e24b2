import { adminEndpoints, endpoints, signedIn } from '@roost/protocol'
import { expect, test } from 'vitest'

import { Person } from '../testing/person.ts'
import { shareServer } from '../testing/share-server.ts'
import { callApi, PASSWORD } from '../testing/start-test-server.ts'

const { server, alice, bob, carol } = await shareServer(['alice', 'bob', 'carol'])
const { adminUsers, adminUpdateUser, adminSignOutUser, adminAudit } = adminEndpoints

/** Someone who signs in again. */
async function signIn(username: string): Promise<Person> {
  const reply = await callApi(server.url, {
    method: 'POST',
    path: '/api/auth/sign-in/username',
    body: { username, password: PASSWORD },
  })
  const { token, user } = signedIn.parse(reply.body)
  return new Person(server, { id: user.id, username, token })
}
const owner = await signIn('owner')
const update = (id: string, body: object) => ({ params: { id }, body })
const actsOn = async (id: string) => {
  const { entries } = await owner.ask(adminAudit, { query: { limit: 100 } })
  return entries.filter(({ subjectId }) => subjectId === id).toReversed()
}
await owner.ask(adminUpdateUser, update(alice.id, { role: 'admin' }))

test('the owner makes and unmakes administrators, in the same session and at once', async () => {
  const dave = new Person(server, await server.signUp('dave'))
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
  expect(await actsOn(dave.id)).toMatchObject([
    { action: 'user.role', subjectName: 'Dave', actorId: owner.id, details: { to: 'admin' } },
    { action: 'user.role', details: { from: 'admin', to: 'user' } },
  ])
  await socket.close()
})

test('administrators manage members, and nobody above them', async () => {
  await alice.ask(adminUpdateUser, update(carol.id, { name: 'Caroline' }))
  expect(await bob.ask(endpoints.user, { params: { id: carol.id } })).toMatchObject({
    name: 'Caroline',
  })
  for (const change of [{ role: 'admin' }, { role: 'owner' }])
    expect(await alice.refusal(adminUpdateUser, update(carol.id, change))).toMatchObject({
      status: 403,
      reason: 'owner_only',
    })
  for (const change of [{ name: 'x' }, { role: 'user' }, { disabled: true }])
    expect(await alice.refusal(adminUpdateUser, update(owner.id, change))).toMatchObject({
      status: 403,
      reason: 'owner_only',
    })
  expect(await alice.refusal(adminSignOutUser, { params: { id: owner.id } })).toMatchObject({
    status: 403,
  })
  expect(await alice.refusal(adminUpdateUser, update(alice.id, { role: 'user' }))).toMatchObject({
    reason: 'owner_only',
  })
})
