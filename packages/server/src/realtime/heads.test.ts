import type { ClientFrame, HeadsFrame } from '@roost/protocol'
import { expect, test } from 'vitest'

import { newClientId } from '../testing/person.ts'
import { shareServer } from '../testing/share-server.ts'

const { core, alice, bob } = await shareServer(['alice', 'bob'])
const { epoch } = core.database

type Hello = Omit<Extract<ClientFrame, { type: 'hello' }>, 'type' | 'protocol'>

async function hello(more: Hello = {}): Promise<Omit<HeadsFrame, 'type'>> {
  const socket = await bob.connect()
  socket.send({ type: 'hello', protocol: 1, ...more })
  await socket.until(() => socket.frames.length > 0)
  const [frame] = socket.frames
  await socket.close()
  if (frame?.type !== 'heads') throw new Error(`Hello was answered by ${frame?.type}.`)
  const { type: _type, heads, ...rest } = frame
  const inOrder = heads.toSorted((a, b) => (a.conversationId < b.conversationId ? -1 : 1))
  return { ...rest, heads: inOrder }
}

const one = await alice.makeRoomWith([bob])
const two = await alice.makeRoomWith([bob])
const read = await alice.send(one.id, 'read')
await bob.read(one.id, read.seq)
const unread = await alice.send(two.id, 'unread')
const heads = [
  { conversationId: one.id, lastSeq: read.seq, readSeq: read.seq },
  { conversationId: two.id, lastSeq: unread.seq, readSeq: 2 },
]
const all = { epoch, userSeq: 3, heads, gone: [], foreign: [] }
const known = (first: number, second: number) => [
  { conversationId: one.id, seq: first },
  { conversationId: two.id, seq: second },
]

test('who names nothing gets all', async () => {
  expect(await hello()).toEqual(all)
  expect(await hello({ epoch, heads: [] })).toEqual(all)
})

test('who names what they have gets where it differs', async () => {
  const { seq } = read
  expect(await hello({ epoch, heads: known(seq, unread.seq) })).toEqual({ ...all, heads: [] })
  expect(await hello({ epoch, heads: known(seq, 1) })).toEqual({ ...all, heads: [heads[1]] })
  expect(await hello({ epoch, heads: known(seq, unread.seq).slice(1) })).toEqual({
    ...all,
    heads: [heads[0]],
  })
})

test('a cursor that is not of this log is called foreign', async () => {
  const { seq, id: eventId } = read
  const first = (cursor: object) => [{ conversationId: one.id, seq, ...cursor }]
  const rest = known(seq, unread.seq).slice(1)
  const right = { ...all, heads: [] }
  expect(await hello({ epoch, heads: [...first({ eventId }), ...rest] })).toEqual(right)
  const wrong = { ...all, heads: [heads[0]], foreign: [one.id] }
  for (const cursor of [
    { seq: seq + 1 },
    { seq: seq + 9, eventId },
    { eventId: unread.id },
    { seq: seq - 1, eventId },
  ])
    expect(await hello({ epoch, heads: [...first(cursor), ...rest] })).toEqual(wrong)
  // Of what one is not in, nothing is said but that.
  const elsewhere = { conversationId: newClientId(), seq: 9, eventId }
  expect(await hello({ epoch, heads: [...first({}), ...rest, elsewhere] })).toEqual({
    ...right,
    gone: [elsewhere.conversationId],
  })
})

test('what is known from another epoch is worth nothing', async () => {
  for (const other of [{ epoch: 'another' }, {}])
    expect(await hello({ ...other, heads: known(read.seq, unread.seq) })).toEqual(all)
})

test('what one is not in any more is gone, without a word on whether it ever was', async () => {
  const [elsewhere, closed] = [newClientId(), await alice.makeRoom({ visibility: 'private' })]
  const strangers = [elsewhere, closed.id].map((conversationId) => ({ conversationId, seq: 1 }))
  expect(await hello({ epoch, heads: strangers })).toEqual({
    ...all,
    gone: [elsewhere, closed.id],
  })
  const third = await alice.makeRoomWith([bob])
  await bob.leave(third.id)
  const named = [...known(read.seq, unread.seq), { conversationId: third.id, seq: 2 }]
  expect(await hello({ epoch, heads: named })).toEqual({
    epoch,
    userSeq: 5,
    heads: [],
    gone: [third.id],
    foreign: [],
  })
})

test('frames that come twice are answered twice, and change nothing the second time', async () => {
  const there = await bob.connect()
  const { conversationId, seq } = { conversationId: two.id, seq: unread.seq }
  const frames = [
    { type: 'delivered', conversationId, seq },
    { type: 'delivered', conversationId, seq: 1 },
    { type: 'hello', protocol: 1, epoch, heads: known(read.seq, unread.seq) },
  ] as const
  for (const frame of [...frames, ...frames]) there.send(frame)
  await there.until(() => there.frames.filter(({ type }) => type === 'heads').length === 2)
  const [first, second] = there.frames.filter(({ type }) => type === 'heads')
  expect(second).toEqual(first)
  expect(there.frames.filter(({ type }) => type === 'error')).toEqual([])
  await there.close()
})
