import { closeCodes, limits } from '@roost/protocol'
import { expect, test } from 'vitest'

import { closeAll, connectAll, newClientId } from '../testing/person.ts'
import { shareServer } from '../testing/share-server.ts'

const { alice, bob, carol } = await shareServer(['alice', 'bob', 'carol'])

const id = newClientId()
const wrong: unknown[] = [
  null,
  5,
  'pong',
  [],
  [{ type: 'pong' }],
  {},
  { type: 'shout' },
  { type: ['pong'] },
  { type: { toString: 'pong' } },
  { type: 'pong', extra: 1 },
  { type: 'pong', constructor: { prototype: {} } },
  { type: 'hello' },
  { type: 'hello', protocol: 2 },
  { type: 'hello', protocol: '1' },
  { type: 'hello', protocol: 1, heads: {} },
  { type: 'hello', protocol: 1, heads: [{ conversationId: 'x', seq: 1 }] },
  { type: 'hello', protocol: 1, heads: [{ conversationId: id, seq: -1 }] },
  { type: 'hello', protocol: 1, epoch: 'x'.repeat(65) },
  { type: 'hello', protocol: 1, userSeq: 1.5 },
  { type: 'typing' },
  { type: 'typing', conversationId: null },
  { type: 'typing', conversationId: [id] },
  { type: 'typing', conversationId: '../etc/passwd' },
  { type: 'delivered', conversationId: id, seq: 0 },
  { type: 'delivered', conversationId: id, seq: 1e300 },
  { type: 'delivered', conversationId: id, seq: '1' },
  { type: 'watch', userIds: 'all' },
  { type: 'watch', userIds: [null] },
  { type: 'watch', userIds: Array.from({ length: limits.watchedUsersMax + 1 }, newClientId) },
]
const texts = wrong.map((frame) => JSON.stringify(frame))
const malformed: [string, string | Buffer][] = [
  ...texts.map((text): [string, string] => [text.slice(0, 60), text]),
  ['binary', Buffer.from('{"type":"pong"}')],
  ['not JSON', 'hello?'],
  ['empty', ''],
  ['half of it', '{"type":"po'],
  ['__proto__', '{"type":"pong","__proto__":{"type":"pong"}}'],
  ['deep', '['.repeat(30_000)],
]

test.each(malformed)('a bad frame closes its socket and no other: %s', async (_name, frame) => {
  const room = await bob.makeRoomWith([alice])
  const [mine, same, theirs] = await connectAll(alice, alice, bob)
  mine.sendRaw(frame)
  // What follows counts for nothing.
  mine.send({ type: 'typing', conversationId: room.id })
  expect(await mine.closed).toMatchObject({ code: closeCodes.badFrame })
  for (const socket of [same, theirs]) await socket.settle()
  expect(theirs.signals('typing')).toEqual([])
  await closeAll(same, theirs)
})

test('a frame may have 64 KB, and not a byte more', async () => {
  const [socket, other] = await connectAll(carol, carol)
  const text = JSON.stringify({ type: 'hello', protocol: 1 })
  socket.sendRaw(text + ' '.repeat(limits.frameBytes - text.length))
  await socket.find(({ type }) => type === 'heads')
  socket.sendRaw(text + ' '.repeat(limits.frameBytes - text.length + 1))
  const MESSAGE_TOO_BIG = 1009
  expect(await socket.closed).toMatchObject({ code: MESSAGE_TOO_BIG })
  await other.settle()
  await other.close()
})
