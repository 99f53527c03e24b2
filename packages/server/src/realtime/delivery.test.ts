import { setImmediate } from 'node:timers/promises'

import { endpoints, limits } from '@roost/protocol'
import { expect, test } from 'vitest'

import { leaveRoom, removeMember } from '../messaging/leaving.ts'
import { addMember } from '../messaging/memberships.ts'
import { sendMessage } from '../messaging/messages.ts'
import { setReaction } from '../messaging/reactions.ts'
import { failReads } from '../testing/fail-reads.ts'
import { closeAll, connectAll, newClientId, type Person } from '../testing/person.ts'
import { usesPostgres } from '../testing/postgres-databases.ts'
import { seedMembers, seedMessages } from '../testing/seed.ts'
import { shareServer } from '../testing/share-server.ts'
import { TestSocket } from '../testing/test-socket.ts'

const { server, core, alice, bob, carol, mallory } = await shareServer([
  'alice',
  'bob',
  'carol',
  'mallory',
])

/** The same as over HTTP, fast enough to meet what is going on in the hub. */
const say = (person: Person, conversationId: string, body: string) =>
  sendMessage(core, { senderId: person.id, conversationId, clientId: newClientId(), body })
const add = (person: Person, conversationId: string, added: Person) =>
  addMember(core, { conversationId, userId: person.id, clientId: undefined, addedId: added.id })
const leave = (person: Person, conversationId: string) =>
  leaveRoom(core, { conversationId, userId: person.id, clientId: undefined })
const upTo = (count: number) => Array.from({ length: count }, (_, at) => at + 1)
const isJoined = TestSocket.isUserEvent('conversation.joined')
const isLeft = TestSocket.isUserEvent('conversation.left')

test('an event comes to every socket of every member, once, in order, in the same bytes', async () => {
  const { id } = await alice.makeRoomWith([bob, carol])
  const sockets = await connectAll(alice, bob, bob, carol)
  const sent = await Promise.all(upTo(100).map((number) => alice.send(id, `number ${number}`)))
  const seqs = sent.map(({ seq }) => seq).toSorted((a, b) => a - b)
  const texts: string[][] = []
  for (const socket of sockets) {
    await socket.event(id, seqs.at(-1) ?? 0)
    await socket.settle()
    expect(socket.seqs(id)).toEqual(seqs)
    texts.push(socket.texts.filter((text) => text.startsWith('{"type":"event"')))
  }
  expect(new Set(texts.map((lines) => lines.join('\n'))).size).toBe(1)
  await closeAll(...sockets)
})

test('what comes live is what the log replays', async () => {
  const { id } = await alice.makeRoomWith([bob])
  const { id: replyTo, seq: after } = await alice.send(id, 'first')
  const socket = await bob.connect()
  await alice.send(id, 'second', { replyTo, mentions: [bob.id, alice.id] })
  await carol.join(id)
  await carol.leave(id)
  await bob.react(replyTo, '👍')
  await alice.setRole(id, bob, 'admin')
  await alice.leave(id)
  await bob.change(id, { name: 'Galley' })
  const { seq } = await bob.send(id, 'the end')
  await socket.event(id, seq)
  const live = socket.frames.filter(TestSocket.isEvent(id)).map((frame) => frame.event)
  const { events } = await bob.ask(endpoints.events, { params: { id }, query: { after } })
  expect(live).toEqual(events.map(({ event }) => event))
  await socket.close()
})

test('who is not a member gets nothing: private, direct or public', async () => {
  const room = await alice.makeRoomWith([bob], { visibility: 'private' })
  const open = await alice.makeRoomWith([bob])
  const direct = await alice.openDirect(bob)
  const [theirs, hers] = await connectAll(bob, mallory)
  await mallory.look(open.id)
  for (const { id } of [room, open, direct]) {
    const { seq } = await alice.send(id, 'not for everyone')
    await theirs.event(id, seq)
    theirs.send({ type: 'typing', conversationId: id })
    await bob.read(id, seq)
  }
  await mallory.settle(hers)
  // The answers to her own barrier, and nothing else.
  expect(hers.frames.map(({ type }) => type)).toEqual(['userEvent', 'heads'])
  await closeAll(theirs, hers)
})

test('joining brings the conversation and the events after it, on every device', async () => {
  const sockets = await connectAll(carol, carol)
  const { id } = await alice.makeRoom({ visibility: 'private' })
  await alice.send(id, 'before')
  const { seq } = await alice.add(id, carol)
  const { seq: next } = await alice.send(id, 'welcome')
  for (const socket of sockets) {
    const joined = await socket.find(isJoined)
    expect(joined).toMatchObject({
      event: { conversation: { id, membership: { role: 'member' } } },
    })
    await socket.event(id, next)
    expect(socket.seqs(id).filter((one) => one < seq)).toEqual([])
  }
  await closeAll(...sockets)
})

test('a direct chat is there on the other side as soon as it is opened', async () => {
  const socket = await mallory.connect()
  const { id } = await carol.openDirect(mallory)
  const { seq } = await carol.send(id, 'hello')
  expect(await socket.find(isJoined)).toMatchObject({ event: { conversation: { id } } })
  await socket.event(id, seq)
  await socket.close()
})

test('leaving ends it: nothing comes past the leave, through hundreds of rounds under load', async () => {
  const { id } = await alice.makeRoom({ visibility: 'private' })
  const socket = await bob.connect()
  const intervals: { from: number; to: number }[] = []
  let stop = false
  const load = async () => {
    while (!stop) await Promise.all(upTo(3).map(() => say(alice, id, 'under load')))
  }
  const sending = load()
  for (let round = 0; round < 300; round++) {
    const { seq: from } = await add(alice, id, bob)
    const { seq: to } = await leave(bob, id)
    intervals.push({ from, to })
  }
  stop = true
  await sending
  await alice.send(id, 'after all')
  await bob.settle(socket)
  const inside = (seq: number) => intervals.some(({ from, to }) => from <= seq && seq <= to)
  const seqs = socket.seqs(id)
  expect(seqs.filter((seq) => !inside(seq))).toEqual([])
  expect(seqs).toEqual([...new Set(seqs)].toSorted((a, b) => a - b))
  expect(socket.frames.filter(isLeft)).toHaveLength(300)
  // What came between joining and leaving is whole from the first event after the joined one on.
  for (const { from, to } of intervals) {
    const joined = socket.frames
      .filter(isJoined)
      .flatMap(({ event }) =>
        event.type === 'conversation.joined' ? [event.conversation.lastSeq] : [],
      )
      .filter((lastSeq) => from <= lastSeq && lastSeq < to)
    // Where writes overlap a return may be told before it is listened to: what came between the client
    // sees to be missing, since the rest is whole up to the end.
    const heard = seqs.filter((seq) => from < seq && seq <= to)
    const known = usesPostgres() ? to - heard.length : Math.min(...joined, to)
    expect(seqs.filter((seq) => seq > known && seq <= to)).toEqual(
      upTo(to - known).map((number) => known + number),
    )
  }
  await socket.close()
})

test('removal ends it at once: 200 removals under fire, and not one frame past any of them', async () => {
  const { id } = await alice.makeRoomWith([carol], { visibility: 'private' })
  const { id: said } = await alice.send(id, 'said')
  const sockets = await connectAll(bob, bob)
  const removed: { from: number; to: number }[] = []
  let stop = false
  const fire = async () => {
    for (let round = 0; !stop; round++)
      await Promise.all([
        say(alice, id, 'under fire'),
        say(carol, id, 'under fire'),
        setReaction(core, { messageId: said, userId: carol.id, emoji: '👍', on: round % 2 === 0 }),
      ])
  }
  const firing = fire()
  for (let round = 0; round < 200; round++) {
    const { seq: from } = await add(alice, id, bob)
    // Half of the times they are removed before they can have heard anything.
    if (round % 2 === 0) await sockets[0].until(() => (sockets[0].seqs(id).at(-1) ?? 0) >= from)
    const { seq: to } = await removeMember(core, {
      conversationId: id,
      userId: alice.id,
      removedId: bob.id,
    })
    removed.push({ from, to })
  }
  stop = true
  await firing
  await alice.send(id, 'after all')
  const inside = (seq: number) => removed.some(({ from, to }) => from <= seq && seq <= to)
  for (const socket of sockets) {
    await bob.settle(socket)
    const seqs = socket.seqs(id)
    expect(seqs.filter((seq) => !inside(seq))).toEqual([])
    for (const { from, to } of removed.filter((_, round) => round % 2 === 0))
      expect(seqs.some((seq) => from <= seq && seq <= to)).toBe(true)
    expect(socket.frames.filter(isLeft)).toHaveLength(200)
  }
  await closeAll(...sockets)
})

test('a hint without its event is repaired from the log, in order', async () => {
  const { id } = await alice.makeRoomWith([bob])
  const socket = await bob.connect()
  const { seq } = await alice.send(id, 'before')
  // Stored as by another process, whose notes were lost but for the last.
  const missed = await seedMessages(core, { conversationId: id, senderId: alice.id, count: 1_200 })
  core.bus.publish({ type: 'event', conversationId: id, seq: missed.at(-1) ?? 0 })
  const { seq: after } = await alice.send(id, 'after')
  await socket.event(id, after)
  expect(socket.seqs(id)).toEqual([seq, ...missed, after])
  await socket.close()
})

test('an event that comes while a gap is read waits for it, and repetitions are dropped', async () => {
  const { id } = await alice.makeRoomWith([bob])
  const sockets = await connectAll(alice, bob)
  const all: number[] = []
  for (let round = 0; round < 30; round++) {
    const missed = await seedMessages(core, { conversationId: id, senderId: alice.id, count: 7 })
    core.bus.publish({ type: 'event', conversationId: id, seq: missed.at(3) ?? 0 })
    core.bus.publish({ type: 'event', conversationId: id, seq: missed.at(1) ?? 0 })
    // Sent while the gap may still be read.
    const [one, two] = await Promise.all([alice.send(id, 'one'), bob.send(id, 'two')])
    core.bus.publish({ type: 'event', conversationId: id, seq: one.seq })
    all.push(...missed, ...[one.seq, two.seq].toSorted((a, b) => a - b))
  }
  for (const socket of sockets) {
    await socket.event(id, all.at(-1) ?? 0)
    expect(socket.seqs(id)).toEqual(all)
  }
  await closeAll(...sockets)
})

test('a hint of more than there is harms nothing', async () => {
  const { id } = await alice.makeRoomWith([bob])
  const socket = await bob.connect()
  core.bus.publish({ type: 'event', conversationId: id, seq: 1_000_000 })
  core.bus.publish({ type: 'event', conversationId: newClientId(), seq: 5 })
  const seqs: number[] = []
  for (const body of ['one', 'two', 'three']) seqs.push((await alice.send(id, body)).seq)
  await socket.event(id, seqs.at(-1) ?? 0)
  expect(socket.seqs(id)).toEqual(seqs)
  await socket.close()
})

test('a gap that could not be read is read after a moment, though nothing more is heard', async () => {
  const { id } = await alice.makeRoomWith([bob])
  const socket = await bob.connect()
  const missed = await seedMessages(core, { conversationId: id, senderId: alice.id, count: 3 })
  const { failed, repair } = failReads('events', 'unreachable')
  core.bus.publish({ type: 'event', conversationId: id, seq: missed.at(-1) ?? 0 })
  await failed
  repair()
  await socket.event(id, missed.at(-1) ?? 0)
  expect(socket.seqs(id)).toEqual(missed)
  server.reports.length = 0
  await socket.close()
})

test('an event that comes after a gap could not be read brings what is missing past it', async () => {
  const { id } = await alice.makeRoomWith([bob])
  const socket = await bob.connect()
  const missed = await seedMessages(core, { conversationId: id, senderId: alice.id, count: 3 })
  const { events } = await bob.ask(endpoints.events, {
    params: { id },
    query: { after: (missed[0] ?? 0) - 1 },
  })
  const { failed, repair } = failReads('events', 'wrong')
  core.bus.publish({ type: 'event', conversationId: id, seq: missed.at(-1) ?? 0 })
  await failed
  while (server.reports.length === 0) await setImmediate()
  repair()
  for (const { seq, event } of events.slice(0, 1))
    core.bus.publish({ type: 'event', conversationId: id, seq, event })
  await socket.event(id, missed.at(-1) ?? 0)
  expect(socket.seqs(id)).toEqual(missed)
  server.reports.length = 0
  await socket.close()
})

/** As from another process, whose notes come late: of the join only when much has happened since. */
async function joinLate(id: string, between: () => Promise<unknown>) {
  const socket = await bob.connect()
  const { seq: fromSeq } = await alice.add(id, bob)
  const joined = await socket.find(isJoined)
  const note = { type: 'userEvent', userId: bob.id } as const
  const change = { conversationId: id, conversationSeq: fromSeq, sight: 'all' } as const
  const { seq } = joined.type === 'userEvent' ? joined : { seq: 0 }
  const [left, back] = [seq + 1, seq + 2]
  core.bus.publish({ ...note, seq: left, change: { ...change, event: 'conversation.left' } })
  await between()
  core.bus.publish({ ...note, seq: back, change: { ...change, event: 'conversation.joined' } })
  return { socket }
}

test('whoever came long ago is not told all that was said since', async () => {
  const { id } = await alice.makeRoom()
  let missed: number[] = []
  const { socket } = await joinLate(id, async () => {
    const count = 3 * limits.eventsMax
    missed = await seedMessages(core, { conversationId: id, senderId: alice.id, count })
  })
  await socket.event(id, missed.at(-1) ?? 0)
  const seqs = socket.seqs(id).filter((seq) => seq >= (missed[0] ?? 0))
  expect(seqs).toEqual(missed.slice(-limits.eventsMax))
  await socket.close()
})

test('those who came before the members were counted are not counted again', async () => {
  const { id } = await alice.makeRoom()
  const { socket } = await joinLate(id, async () => {
    await seedMembers(core, id, limits.smallRoomMax - 3)
    await carol.join(id)
  })
  const { seq } = await alice.send(id, 'a full room')
  await socket.event(id, seq)
  const here = await alice.connect()
  socket.send({ type: 'delivered', conversationId: id, seq })
  expect(await here.find(TestSocket.isSignal('receipt'))).toMatchObject({
    signal: { conversationId: id, userId: bob.id, deliveredSeq: seq },
  })
  await closeAll(socket, here)
})
