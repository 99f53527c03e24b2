import { expect, test } from 'vitest'

import { shareServer } from '../testing/share-server.ts'
import { LastSeen } from './last-seen.ts'

const { server, core, alice, bob } = await shareServer(['alice', 'bob'])

const usersSeen = () =>
  core.database.read((db) =>
    db
      .selectFrom('users')
      .select(['id', 'lastSeenAt'])
      .where('lastSeenAt', 'is not', null)
      .execute(),
  )

test('the last moment of each is written, however many there are', async () => {
  const seen = new LastSeen(core, { table: 'users' })
  // What a server does by itself when it starts.
  const { erasures, roomRemoval } = server.app.administration
  await Promise.all([erasures.settle(), roomRemoval.settle()])
  const before = core.database.statements()
  seen.note(alice.id, 1)
  for (let at = 0; at < 1_000; at++) seen.note(`nobody-${at}`, at)
  seen.note(bob.id, 2)
  seen.note(alice.id, 3)
  expect(seen.find(alice.id)).toBe(3)
  await seen.close()
  expect(core.database.statements() - before).toBe(3)
  expect(new Map((await usersSeen()).map(({ id, lastSeenAt }) => [id, lastSeenAt]))).toEqual(
    new Map([
      [alice.id, 3],
      [bob.id, 2],
    ]),
  )
})

test('what one process has seen later than another stays', async () => {
  const [early, late] = [1, 2].map(() => new LastSeen(core, { table: 'users' }))
  late?.note(bob.id, 20)
  await late?.close()
  early?.note(bob.id, 19)
  early?.note(alice.id, 19)
  await early?.close()
  expect(new Map((await usersSeen()).map(({ id, lastSeenAt }) => [id, lastSeenAt]))).toEqual(
    new Map([
      [alice.id, 19],
      [bob.id, 20],
    ]),
  )
})

test('nothing is kept that is noted after the end', async () => {
  const seen = new LastSeen(core, { table: 'users' })
  await seen.close()
  seen.note(alice.id, 10)
  await seen.flush()
  expect(seen.find(alice.id)).toBeUndefined()
  expect(await usersSeen()).not.toContainEqual({ id: alice.id, lastSeenAt: 10 })
})
