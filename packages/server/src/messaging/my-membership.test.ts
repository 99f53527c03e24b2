import { endpoints, type UpdateMembership } from '@roost/protocol'
import { expect, test } from 'vitest'

import { closeAll, connectAll } from '../testing/person.ts'
import { shareServer } from '../testing/share-server.ts'
import { TestSocket } from '../testing/test-socket.ts'

const { core, alice, bob, mallory } = await shareServer(['alice', 'bob', 'mallory'])
const { id } = await alice.makeRoomWith([bob], { visibility: 'private' })
const update = (body: UpdateMembership) =>
  alice.ask(endpoints.updateMembership, { params: { id }, body })
const isChanged = TestSocket.isUserEvent('membership.changed')

test('pinned, muted and archived for oneself, on every device, and for nobody else', async () => {
  const [one, two, theirs] = await connectAll(alice, alice, bob)
  const mutedUntil = core.now() + 60_000
  const mine = await update({ pinned: true, mutedUntil, archived: true })
  expect(mine).toMatchObject({ role: 'owner', mutedUntil })
  expect([mine.pinnedAt, mine.archivedAt]).not.toContain(null)
  const { mutedUntil: until, pinnedAt, archivedAt } = mine
  for (const socket of [one, two])
    expect(await socket.find(isChanged)).toMatchObject({
      event: {
        conversationId: id,
        membership: { notify: 'all', mutedUntil: until, pinnedAt, archivedAt },
      },
    })
  expect((await alice.look(id)).membership).toEqual(mine)
  await bob.settle(theirs)
  expect(theirs.frames.filter(isChanged)).toEqual([])
  expect((await bob.look(id)).membership).toMatchObject({
    mutedUntil: null,
    pinnedAt: null,
    archivedAt: null,
  })
  // The room itself is not archived by that.
  expect(await alice.look(id)).toMatchObject({ archivedAt: null })
  await bob.send(id, 'still here')
  await closeAll(one, two, theirs)
})

test('what is not named stays, and what is so already is no event', async () => {
  const socket = await alice.connect()
  const before = await update({ pinned: true, archived: false, mutedUntil: null })
  expect(before).toMatchObject({ archivedAt: null, mutedUntil: null })
  const count = async () => {
    await alice.settle(socket)
    return socket.frames.filter(isChanged).length
  }
  const events = await count()
  expect(await update({ pinned: true })).toEqual(before)
  expect(await update({})).toEqual(before)
  expect(await count()).toBe(events)
  expect(await update({ pinned: false })).toMatchObject({ pinnedAt: null })
  expect(await count()).toBe(events + 1)
  await socket.close()
})

test('only by members', async () => {
  const attempt = (room: string) => ({ params: { id: room }, body: { pinned: true } })
  expect(await mallory.refusal(endpoints.updateMembership, attempt(id))).toMatchObject({
    status: 404,
  })
  const { id: open } = await alice.makeRoom()
  expect(await mallory.refusal(endpoints.updateMembership, attempt(open))).toMatchObject({
    status: 403,
    reason: 'join_first',
  })
})
