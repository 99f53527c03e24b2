import { endpoints, limits } from '@roost/protocol'
import { afterAll, beforeEach, expect, test, vi } from 'vitest'

import { sendMessage } from '../messaging/messages.ts'
import { hearAll, openLine, type Heard, type Line } from '../testing/line.ts'
import { closeAll, newClientId, signUpCast, type Person } from '../testing/person.ts'
import { seedSessions } from '../testing/seed-sessions.ts'
import { seedMembers } from '../testing/seed.ts'
import { shareServer } from '../testing/share-server.ts'
import { TestSocket } from '../testing/test-socket.ts'

/** Frames, writes and bytes are the measure: they do not depend on the machine. No ping comes between. */
vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
afterAll(() => void vi.useRealTimers())
const clock = { now: Date.now() }
const { server, core, alice, bob } = await shareServer(['alice', 'bob'], { now: () => clock.now })
// Time for everybody to say so much again.
beforeEach(() => void (clock.now += 60_000))

const ALL = 200
const small = (await alice.makeRoomWith([bob])).id
const large = (await alice.makeRoomWith([bob])).id
const fresh = [await alice.makeRoomWith([bob]), await alice.makeRoomWith([bob])] as const
const crowd = await seedSessions(server, await seedMembers(core, large, ALL - 2))
/** Hers, his two, and one of everybody else in the large room. */
const [hers, his, hisOther, ...others] = await openAll([alice, bob, bob, ...crowd])
const three = [hers, his, hisOther] as const

async function openAll(people: readonly Person[]) {
  const lines: Line[] = []
  for (const person of people) lines.push(await openLine(person))
  return lines as [Line, Line, Line, ...Line[]]
}

const sizeOf = (body: unknown) => Buffer.byteLength(JSON.stringify(body))
const say = (conversationId: string, body: string) =>
  sendMessage(core, { senderId: alice.id, conversationId, clientId: newClientId(), body })
const upTo = (count: number) => Array.from({ length: count }, (_, at) => at + 1)
/** What it may cost to tell of one message, beside its text. */
const MESSAGE = 512
const SIGNAL = 200
const nothing: Heard = { frames: [], writes: 0, bytes: 0 }

test('a message is one small frame to each device, the same in a room of 2 and of 200', async () => {
  const send = async (id: string, lines: readonly Line[]) => {
    let answer = 0
    const heard = await hearAll(lines, async () => {
      const body = { clientId: newClientId(), body: 'hello' }
      const reply = await alice.request(endpoints.sendMessage, { params: { id }, body })
      expect(reply.status).toBe(201)
      answer = sizeOf(reply.body)
    })
    const [{ bytes } = nothing] = heard
    const frames = [expect.objectContaining({ type: 'event', conversationId: id })]
    for (const each of heard) expect(each).toEqual({ frames, writes: 1, bytes })
    return { answer, bytes }
  }
  const cost = await send(small, three)
  expect(await send(large, [...three, ...others])).toEqual(cost)
  expect(cost.bytes).toBeLessThanOrEqual(MESSAGE)
  expect(cost.answer).toBeLessThanOrEqual(MESSAGE)
})

test('what is long costs its own length', async () => {
  const [short, long] = ['x', 'x'.repeat(limits.messageLength)]
  const cost = async (text: string) =>
    (await hearAll(three, () => say(small, text))).map(({ bytes }) => bytes - text.length)
  expect(Math.max(...(await cost(long)))).toBeLessThanOrEqual(Math.max(...(await cost(short))) + 8)
})

test('messages of one turn are one write to each device, and no more bytes', async () => {
  const COUNT = 50
  const [first, second] = fresh
  const single = await hearAll(three, async () => {
    for (const number of upTo(COUNT)) await say(first.id, `number ${number}`)
  })
  const joined = await hearAll(three, () =>
    Promise.all(upTo(COUNT).map((number) => say(second.id, `number ${number}`))),
  )
  for (const heard of [single, joined])
    for (const { frames } of heard) expect(frames).toHaveLength(COUNT)
  expect(joined.map(({ writes }) => writes)).toEqual([1, 1, 1])
  expect(joined.map(({ bytes }) => bytes)).toEqual(single.map(({ bytes }) => bytes))
})

test('who types is told by one small frame to each of the others, however often they say so', async () => {
  const type = async (conversationId: string, lines: readonly Line[]) =>
    hearAll(lines, async () => {
      for (let time = 0; time < 20; time++) hers.socket.send({ type: 'typing', conversationId })
      await hers.socket.arrived()
    })
  const [mine, ...theirs] = await type(small, three)
  expect(mine).toEqual(nothing)
  for (const { frames, writes, bytes } of theirs) {
    expect(frames).toMatchObject([{ type: 'signal', signal: { type: 'typing' } }])
    expect(writes).toBe(1)
    expect(bytes).toBeLessThanOrEqual(SIGNAL)
  }
  // In a large room nobody is told.
  for (const heard of await type(large, [...three, ...others])) expect(heard).toEqual(nothing)
})

test('who comes is told by one small frame to each device that watches, and to no other', async () => {
  const { dave } = await signUpCast(server, 'dave')
  const watched = await hearAll([his], async () => {
    his.socket.send({
      type: 'watch',
      userIds: [dave.id, ...crowd.slice(1, 100).map(({ id }) => id)],
    })
    await his.socket.until(() => his.socket.signals('presence').length === 100)
  })
  expect(watched[0]?.frames).toHaveLength(100)
  expect(watched[0]?.writes).toBe(1)
  expect(watched[0]?.bytes).toBeLessThanOrEqual(100 * SIGNAL)
  const opened: TestSocket[] = []
  const [telling, ...silent] = await hearAll([his, hers, hisOther, ...others], async () => {
    opened.push(await dave.connect(), await dave.connect())
    const isDave = TestSocket.isSignal('presence')
    await his.socket.until(() => his.socket.frames.filter(isDave).length > 100)
  })
  expect(telling?.frames).toMatchObject([{ type: 'signal', signal: { online: true } }])
  expect(telling?.bytes).toBeLessThanOrEqual(SIGNAL)
  for (const heard of silent) expect(heard).toEqual(nothing)
  // That they go is told a moment later: to nobody any more.
  his.socket.send({ type: 'watch', userIds: [] })
  await his.socket.settle()
  await closeAll(...opened)
})

test('what was delivered and read is one small frame to each of the others, however much it was', async () => {
  const mark = async (conversationId: string, lines: readonly Line[]) => {
    const seqs: number[] = []
    for (const number of upTo(20))
      seqs.push((await say(conversationId, `number ${number}`)).message.seq)
    const last = seqs.at(-1) ?? 0
    const delivered = await hearAll(lines, async () => {
      // All in one turn, and so before the server can have written any of them.
      for (const seq of seqs) his.socket.send({ type: 'delivered', conversationId, seq })
      await his.socket.arrived()
      await server.app.flush()
    })
    const read = await hearAll(lines, async () => {
      await bob.read(conversationId, last)
      for (const { socket } of [his, hisOther])
        await socket.until(() =>
          socket.frames.some((frame) => frame.type === 'userEvent' && isReadOf(frame, last)),
        )
    })
    return { delivered, read }
  }
  const isReadOf = ({ event }: { event: object }, seq: number) =>
    JSON.stringify(event).includes(`"readSeq":${seq}`)
  const few = await mark(small, three)
  for (const [toHer, ...toHim] of [few.delivered, few.read]) {
    expect(toHer?.frames).toMatchObject([{ type: 'signal', signal: { type: 'receipt' } }])
    expect(toHer?.bytes).toBeLessThanOrEqual(SIGNAL)
    for (const { frames } of toHim) expect(frames.map(({ type }) => type)).not.toContain('signal')
  }
  for (const { frames, bytes } of few.read.slice(1)) {
    expect(frames).toMatchObject([{ type: 'userEvent' }])
    expect(bytes).toBeLessThanOrEqual(MESSAGE)
  }
  // In a large room it is told to nobody but the reader.
  const many = await mark(large, [...three, ...others])
  for (const heard of many.delivered) expect(heard).toEqual(nothing)
  expect(many.read.map(({ frames }) => frames.length)).toEqual([0, 1, 1, ...others.map(() => 0)])
})

test('coming back costs no more bytes an event than hearing it, the same in both rooms', async () => {
  const { epoch } = core.database
  const comeBack = async (conversationId: string, count: number) => {
    const { lastSeq } = await bob.look(conversationId)
    const { userSeq } = await bob.ask(endpoints.conversations, { query: { limit: 1 } })
    const [live] = await hearAll([his], () =>
      Promise.all(upTo(count).map(() => say(conversationId, 'while you were away'))),
    )
    const body = { epoch, userSeq, heads: [{ conversationId, seq: lastSeq }] }
    const { body: answer } = await bob.request(endpoints.sync, { body })
    const { conversations } = endpoints.sync.response.parse(answer)
    const told = conversations.find((each) => each.conversationId === conversationId)
    expect(told?.events).toHaveLength(count)
    return { answer: sizeOf(answer), live: live?.bytes ?? 0 }
  }
  for (const id of [small, large]) {
    const few = await comeBack(id, 10)
    const many = await comeBack(id, 100)
    expect(many.answer - few.answer).toBeLessThanOrEqual(many.live - few.live)
    expect(few.answer).toBeLessThanOrEqual(few.live + 2 * MESSAGE)
  }
})
