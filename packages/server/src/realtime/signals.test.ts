import { endpoints, limits } from '@roost/protocol'
import { expect, test } from 'vitest'

import { closeAll, connectAll, newClientId } from '../testing/person.ts'
import { seedMembers } from '../testing/seed.ts'
import { shareServer } from '../testing/share-server.ts'
import { TestSocket } from '../testing/test-socket.ts'

const clock = { now: Date.now() }
const cast = ['alice', 'bob', 'carol', 'mallory'] as const
const { server, core, alice, bob, carol, mallory } = await shareServer(cast, {
  now: () => clock.now,
})

const typing = (conversationId: string) => ({ type: 'typing', conversationId }) as const

test('typing is seen by the others, on all their devices, and not by oneself', async () => {
  const { id } = await alice.makeRoomWith([bob, carol])
  const [mine, other, one, two, hers] = await connectAll(alice, alice, bob, bob, carol)
  mine.send(typing(id))
  for (const socket of [one, two, hers]) {
    const { signal } = await socket.find(TestSocket.isSignal('typing'))
    expect(signal).toEqual({ type: 'typing', conversationId: id, userId: alice.id })
  }
  for (const socket of [mine, other]) {
    await socket.settle()
    expect(socket.signals('typing')).toEqual([])
  }
  await closeAll(mine, other, one, two, hers)
})

test('typing is told at most once a second for each conversation', async () => {
  const [room, another] = [await alice.makeRoomWith([bob]), await alice.makeRoomWith([bob])]
  const [mine, theirs] = await connectAll(alice, bob)
  const type = async (...ids: string[]) => {
    for (const id of ids) mine.send(typing(id))
    await mine.settle()
    await theirs.settle()
    return theirs.signals('typing').length
  }
  expect(await type(room.id, room.id, room.id, another.id)).toBe(2)
  clock.now += limits.typingEvery - 1
  expect(await type(room.id)).toBe(2)
  clock.now += 1
  expect(await type(room.id, room.id)).toBe(3)
  await closeAll(mine, theirs)
})

test('typing of those who are not members, or no longer, reaches nobody', async () => {
  const { id } = await alice.makeRoomWith([bob, carol])
  const [theirs, hers, outside] = await connectAll(bob, carol, mallory)
  await carol.leave(id)
  for (const socket of [hers, outside])
    for (const conversationId of [id, newClientId()]) {
      const before = socket.frames.length
      socket.send(typing(conversationId))
      await socket.until(() => socket.frames.slice(before).some(({ type }) => type === 'error'))
      expect(socket.frames.findLast(({ type }) => type === 'error')).toMatchObject({
        code: 'not_found',
      })
    }
  await theirs.settle()
  expect(theirs.signals('typing')).toEqual([])
  await closeAll(theirs, hers, outside)
})

test('nobody is told who types in a large room', async () => {
  const { id } = await alice.makeRoomWith([bob])
  await seedMembers(core, id, limits.smallRoomMax - 2)
  const [mine, theirs] = await connectAll(alice, bob)
  mine.send(typing(id))
  await theirs.find(TestSocket.isSignal('typing'))
  clock.now += limits.typingEvery
  await carol.join(id)
  mine.send(typing(id))
  await mine.settle()
  await theirs.settle()
  expect(theirs.signals('typing')).toHaveLength(1)
  await closeAll(mine, theirs)
})

test('a new name is told once to those who share a conversation, to oneself, and to nobody else', async () => {
  await alice.openDirect(carol)
  await alice.makeRoomWith([carol])
  const [mine, hers, outside] = await connectAll(alice, carol, mallory)
  await alice.ask(endpoints.updateMe, { body: { name: 'Alice Liddell' } })
  for (const socket of [mine, hers])
    expect((await socket.find(TestSocket.isSignal('user'))).signal).toMatchObject({
      user: { id: alice.id, name: 'Alice Liddell' },
    })
  for (const socket of [mine, hers, outside]) await socket.settle()
  expect(hers.signals('user')).toHaveLength(1)
  expect(outside.signals('user')).toEqual([])
  await closeAll(mine, hers, outside)
})

test('that of someone who is away is told as well', async () => {
  await bob.openDirect(carol)
  const [hers, outside] = await connectAll(carol, mallory)
  const { about: _about, ...user } = await carol.ask(endpoints.user, { params: { id: bob.id } })
  core.bus.publish({ type: 'user', user: { ...user, name: 'Robert' } })
  expect((await hers.find(TestSocket.isSignal('user'))).signal).toMatchObject({
    user: { id: bob.id, name: 'Robert' },
  })
  await mallory.settle(outside)
  expect(outside.signals('user')).toEqual([])
  await closeAll(hers, outside)
})

test('too many frames are dropped one by one, and the socket lives', async () => {
  const { id } = await alice.makeRoomWith([bob])
  const [mine, theirs] = await connectAll(alice, bob)
  for (let count = 0; count < 200; count++) mine.send({ type: 'watch', userIds: [] })
  for (let count = 0; count < 500; count++) mine.send({ type: 'pong' })
  const refused = await mine.find(({ type }) => type === 'error')
  expect(refused).toMatchObject({ code: 'rate_limited' })
  clock.now += 60_000
  const { seq } = await bob.send(id, 'still there?')
  await mine.event(id, seq)
  mine.send(typing(id))
  await theirs.find(TestSocket.isSignal('typing'))
  expect(server.reports).toEqual([])
  await closeAll(mine, theirs)
})
