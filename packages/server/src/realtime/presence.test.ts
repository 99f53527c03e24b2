import { rmSync } from 'node:fs'

import { endpoints } from '@roost/protocol'
import { expect, test } from 'vitest'

import { closeAll, connectAll, newClientId, signUpCast } from '../testing/person.ts'
import { shareServer } from '../testing/share-server.ts'
import { startTestServer } from '../testing/start-test-server.ts'
import { TestSocket } from '../testing/test-socket.ts'

const clock = { now: Date.now() }
const now = () => clock.now
/** Those who come and go sign up in each test, so that none has just left another. */
const { server, alice, carol } = await shareServer(['alice', 'carol'], { now })

const isPresence = TestSocket.isSignal('presence')
const online = { type: 'presence', online: true, lastSeenAt: null } as const
const offline = (lastSeenAt: number | null) =>
  ({ type: 'presence', online: false, lastSeenAt }) as const

test('whoever watches is told who is there now, and who comes and goes', async () => {
  const { bob, ben } = await signUpCast(server, 'bob', 'ben')
  const [watcher, bens, other] = await connectAll(alice, ben, carol)
  watcher.send({ type: 'watch', userIds: [bob.id, ben.id, newClientId()] })
  await watcher.settle()
  expect(watcher.signals('presence')).toHaveLength(2)
  expect(watcher.signals('presence')).toEqual(
    expect.arrayContaining([
      { ...online, userId: ben.id },
      { ...offline(null), userId: bob.id },
    ]),
  )

  const [first, second] = await connectAll(bob, bob)
  await first.close()
  clock.now += 5_000
  await second.close()
  const leftAt = clock.now
  await watcher.until(() => watcher.signals('presence').length > 3)
  expect(watcher.signals('presence').slice(2)).toEqual([
    { ...online, userId: bob.id },
    { ...offline(leftAt), userId: bob.id },
  ])
  watcher.send({ type: 'watch', userIds: [bob.id] })
  await watcher.until(() => watcher.signals('presence').length > 4)
  expect(watcher.signals('presence').at(-1)).toEqual({ ...offline(leftAt), userId: bob.id })
  await other.settle()
  expect(other.signals('presence')).toEqual([])
  await closeAll(watcher, bens, other)
})

test('a reload is not an absence', async () => {
  const { dave } = await signUpCast(server, 'dave')
  const [watcher, before] = await connectAll(alice, dave)
  watcher.send({ type: 'watch', userIds: [dave.id] })
  await watcher.find(isPresence)
  await before.close()
  const after = await dave.connect()
  watcher.send({ type: 'watch', userIds: [dave.id] })
  await watcher.settle()
  const same = { ...online, userId: dave.id }
  expect(watcher.signals('presence')).toEqual([same, same])
  await closeAll(watcher, after)
})

test('watching others ends watching the first, and so does closing', async () => {
  const { erin, fred } = await signUpCast(server, 'erin', 'fred')
  const [watcher, closed] = await connectAll(alice, carol)
  for (const socket of [watcher, closed]) {
    socket.send({ type: 'watch', userIds: [erin.id] })
    await socket.find(isPresence)
  }
  await closed.close()
  watcher.send({ type: 'watch', userIds: [fred.id] })
  await watcher.settle()
  const before = watcher.signals('presence').length
  const [erins, freds] = await connectAll(erin, fred)
  await watcher.until(() => watcher.signals('presence').length > before)
  await watcher.settle()
  expect(watcher.signals('presence').slice(before)).toEqual([{ ...online, userId: fred.id }])
  await closeAll(watcher, erins, freds)
})

test('when someone was last seen outlives a restart', async () => {
  const first = await startTestServer({ now })
  const { bob } = await signUpCast(first, 'bob')
  await (await bob.connect()).close()
  const seenAt = clock.now
  await first.app.close()

  clock.now += 60_000
  const { folder } = first
  const second = await startTestServer({ now, folder })
  const { dave } = await signUpCast(second, 'dave')
  const { users } = await dave.ask(endpoints.users, { query: { query: 'bob' } })
  const watcher = await dave.connect()
  watcher.send({ type: 'watch', userIds: users.map(({ id }) => id) })
  const { signal } = await watcher.find(isPresence)
  expect(signal).toEqual({ ...offline(seenAt), userId: bob.id })
  await watcher.close()
  await second.stop()
  rmSync(folder, { recursive: true })
})
