import { startTestServer, type TestServer } from '@roost/server/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { memoryStorage } from './memory-storage.ts'
import type { ClientStorage } from './options.ts'
import { failedChange, messageStatus, timeline } from './selectors.ts'
import {
  alice,
  chatId,
  createClock,
  createScript,
  describeChat,
  eventOf,
  message,
  openChat,
  settle,
  shown,
  type Call,
  type Script,
} from './testing/script.ts'
import { createTestBrowser, type TestTabs } from './testing/tabs.ts'
import { createDevice, textsOf, until, type Device } from './testing/world.ts'

interface Tab extends Script {
  readonly tabs: TestTabs
}

/** Two tabs of one browser with the same chat open. The first leads. */
async function openTwo() {
  const values = new Map<string, unknown>()
  const storage = memoryStorage(values)
  const clock = createClock()
  const openTab = createTestBrowser()
  const make = (own: Partial<ClientStorage> = {}): Tab => {
    const tabs = openTab()
    return { ...createScript({ storage: { ...storage, ...own }, clock, tabs }), tabs }
  }
  const open = async (own?: Partial<ClientStorage>): Promise<Tab> => {
    const tab = make(own)
    await tab.begin()
    await openChat(tab, [])
    return tab
  }
  const [first, second] = [await open(), await open()]
  const waiting = () => [...values.keys()].filter((key) => key.startsWith('outbox/'))
  return { first, second, clock, storage, make, open, waiting }
}

const posts = ({ calls }: Script) => calls.filter(({ method }) => method === 'POST')

async function send({ client }: Script, body: string) {
  const id = client.send(chatId, { body })
  await settle()
  return id
}

function stored(call: Call, seq: number) {
  const { clientId, body } = call.body as { clientId: string; body: string }
  return message(seq, { id: clientId, body, senderId: alice })
}

const echo = (script: Script, line: ReturnType<typeof stored>) =>
  script
    .socket()
    .receive({ type: 'event', conversationId: chatId, seq: line.seq, event: eventOf(line) })

function statuses({ client }: Script) {
  const state = client.getState()
  const chat = state.conversations[chatId]
  if (!chat) throw new Error('There is no chat.')
  return timeline(chat, state).map((post) => `${post.body} ${messageStatus(chat, post, alice)}`)
}

test('the tab that leads sends what another one wrote, and both know what became of it', async () => {
  const { first, second, waiting } = await openTwo()
  await send(second, 'from the second')
  expect(shown(first.client)).toEqual(['[from the second]'])
  expect(posts(second)).toEqual([])
  expect(waiting()).toHaveLength(1)
  const call = first.take('POST')
  await call.answer(stored(call, 2), 201)
  expect(waiting()).toEqual([])
  expect(statuses(first)).toEqual(['from the second stored'])
  expect(statuses(second)).toEqual(['from the second stored'])
  await echo(second, stored(call, 2))
  expect(shown(second.client)).toEqual(['from the second'])
})

test('what the tabs write goes out in the order in which it was written', async () => {
  const { first, second, clock } = await openTwo()
  const bodies: unknown[] = []
  for (const [tab, body] of [
    [first, 'a'],
    [second, 'b'],
    [first, 'c'],
  ] as const) {
    await send(tab, body)
    await clock.advance(1)
  }
  for (let seq = 2; seq < 5; seq += 1) {
    const call = first.take('POST')
    bodies.push(stored(call, seq).body)
    await call.answer(stored(call, seq), 201)
  }
  expect(bodies).toEqual(['a', 'b', 'c'])
  expect(posts(second)).toEqual([])
})

test('a message that shows in the leading tab first is never away in the other', async () => {
  const { first, second } = await openTwo()
  await send(second, 'one')
  const call = first.take('POST')
  const seen = new Set<string>()
  second.client.subscribe(() => seen.add(shown(second.client).join()))
  await echo(first, stored(call, 2))
  expect(shown(first.client)).toEqual(['one'])
  await echo(second, stored(call, 2))
  expect([...seen].filter((text) => text !== 'one' && text !== '[one]')).toEqual([])
  expect(shown(second.client)).toEqual(['one'])
})

test('when the tab that leads is closed another one sends', async () => {
  const { first, second } = await openTwo()
  await send(second, 'one')
  await first.take('POST').lose()
  first.client.stop()
  await settle()
  expect(second.take('POST').body).toMatchObject({ body: 'one' })
})

test('a tab that is killed in the middle leaves its work to the next one', async () => {
  const { first, second } = await openTwo()
  const id = await send(first, 'one')
  first.take('POST')
  first.tabs.kill()
  await settle()
  expect(second.take('POST').body).toMatchObject({ clientId: id, body: 'one' })
})

test('a tab that does not react loses the lead, and follows when it is back', async () => {
  const { first, second, clock } = await openTwo()
  first.tabs.freeze()
  await send(second, 'one')
  await clock.advance(5_000)
  expect(posts(second)).toEqual([])
  await clock.advance(2_000)
  const call = second.take('POST')
  await call.answer(stored(call, 2), 201)
  first.tabs.thaw()
  await settle()
  expect(statuses(first)).toEqual(['one stored'])
  const next = await send(first, 'two')
  expect(posts(first)).toEqual([])
  expect(second.take('POST').body).toMatchObject({ clientId: next })
})

test('a tab that waits because the server said so keeps the lead', async () => {
  const { first, second, clock } = await openTwo()
  await send(second, 'one')
  await first
    .take('POST')
    .answer({ error: { code: 'rate_limited', message: 'Slowly.', retryAfter: 60 } }, 429)
  await clock.advance(59_000)
  expect(posts(second)).toEqual([])
  await clock.advance(2_000)
  expect(first.take('POST').body).toMatchObject({ body: 'one' })
})

test('what a robbed tab may have begun to send is sent as it was, and changed afterwards', async () => {
  const { first, second, clock } = await openTwo()
  await send(first, 'one')
  const id = await send(first, 'two')
  first.tabs.freeze()
  void second.client.editMessage(chatId, id, { body: 'better' })
  await clock.advance(7_000)
  const one = second.take('/messages')
  await one.answer(stored(one, 2), 201)
  const two = second.take('/messages')
  expect(two.body).toMatchObject({ clientId: id, body: 'two' })
  await two.answer(stored(two, 3), 201)
  expect(second.take('PATCH').body).toMatchObject({ body: 'better' })
})

test('a refusal is seen in every tab, and can be dealt with in every tab', async () => {
  const { first, second, waiting } = await openTwo()
  const id = await send(second, 'one')
  await first.take('POST').refuse(403, 'forbidden')
  expect(shown(second.client)).toEqual(['[one!]'])
  second.client.retry(id)
  await settle()
  expect(shown(first.client)).toEqual(['[one]'])
  await first.take('POST').refuse(403, 'forbidden')
  second.client.discard(id)
  await settle()
  expect(shown(first.client)).toEqual([])
  expect(waiting()).toEqual([])
})

test('whoever waits for an outcome hears of it in whichever tab it is', async () => {
  const { first, second } = await openTwo()
  const line = message(1)
  const reacted = second.client.react(chatId, line.id, '👍', true)
  const edited = second.client.editMessage(chatId, line.id, { body: 'new' })
  const outcome = edited.catch((error: unknown) => error)
  await settle()
  await first.take('PUT').answer(line)
  await first.take('PATCH').refuse(403, 'forbidden')
  await reacted
  expect(await outcome).toMatchObject({ code: 'forbidden', status: 403 })
  expect(failedChange(second.client.getState().outbox, line.id)).toMatchObject({ body: 'new' })
})

test('a message edited and deleted in another tab before it goes out never does', async () => {
  const { first, second, waiting } = await openTwo()
  await send(first, 'one')
  await first.take('POST').lose()
  const id = await send(first, 'two')
  void second.client.editMessage(chatId, id, { body: 'three' })
  await settle()
  expect(shown(first.client)).toEqual(['[one]', '[three]'])
  await second.client.deleteMessage(chatId, id)
  await settle()
  expect(shown(first.client)).toEqual(['[one]'])
  expect(waiting()).toHaveLength(1)
})

test('a new tab shows what waits', async () => {
  const { first, open } = await openTwo()
  await send(first, 'one')
  const third = await open()
  expect(shown(third.client)).toEqual(['[one]'])
  expect(posts(third)).toEqual([])
})

test('the tab that leads stores what it hears of, whatever becomes of the other', async () => {
  const { first, open, waiting, clock } = await openTwo()
  await send(first, 'zero')
  await clock.advance(1)
  const third = await open({
    write: (changes) =>
      changes.some(([key]) => key.startsWith('outbox/'))
        ? new Promise(() => {})
        : Promise.resolve(),
  })
  await send(third, 'one')
  expect(posts(first)).toHaveLength(1)
  expect(waiting()).toHaveLength(2)
})

test('a tab that opens while something is sent does not wait for it for ever', async () => {
  const { first, make, storage, clock } = await openTwo()
  await send(first, 'one')
  const held = Promise.withResolvers<void>()
  const third = make({
    async read(prefix) {
      const found = await storage.read(prefix)
      if (prefix.startsWith('outbox/')) await held.promise
      return found
    },
  })
  void third.client.start()
  await settle()
  const call = first.take('POST')
  await call.answer(stored(call, 2), 201)
  held.resolve()
  await settle()
  await third.socket().open()
  await clock.advance(10_000)
  expect(posts(third)).toEqual([])
  expect(shown(third.client)).toEqual([])
})

/** The tab that leads has sent a message and seen it in the log; of that the second one has heard only. */
async function sendFromFirst() {
  const world = await openTwo()
  await send(world.first, 'one')
  const call = world.first.take('POST')
  await call.answer(stored(call, 2), 201)
  expect(shown(world.first.client)).toEqual(['one'])
  expect(statuses(world.second)).toEqual(['one stored'])
  return world
}

test('what another tab has sent leaves the outbox when the log does not get to it', async () => {
  const { second, clock } = await sendFromFirst()
  await clock.advance(1_000)
  await second.take('/events').answer({ events: [], lastSeq: 1, firstSeq: 1, users: [] })
  expect(shown(second.client)).toEqual([])
})

test('what another tab has sent leaves the outbox when the server was put back', async () => {
  const { second } = await sendFromFirst()
  second.told.epoch = 'second'
  await second.socket().receive(second.heads())
  expect(second.client.getState().conversations[chatId]?.lastSeq).toBe(1)
  expect(shown(second.client)).toEqual([])
})

/** The tab that leads is still taking out of storage what the server has confirmed. */
async function confirmSlowly() {
  const { first, second, open, ...world } = await openTwo()
  let isSlow = false
  const held = Promise.withResolvers<void>()
  const leading = await open({
    async write(changes) {
      if (isSlow) await held.promise
      await world.storage.write(changes)
    },
  })
  first.client.stop()
  second.client.stop()
  await settle()
  await send(leading, 'one')
  isSlow = true
  const call = leading.take('POST')
  const line = stored(call, 2)
  await call.answer(line, 201)
  expect(world.waiting()).toHaveLength(1)
  const late = world.make()
  return { ...world, leading, late, line, release: held.resolve }
}

test('a tab that reads what is just being taken out does not show it', async () => {
  const { late, line, waiting, release } = await confirmSlowly()
  late.told.conversations = [describeChat({ lastSeq: 2, lastEventId: line.id, lastMessage: line })]
  await late.begin()
  await openChat(late, [line])
  expect(shown(late.client)).toEqual(['one'])
  release()
  await settle()
  expect(waiting()).toEqual([])
})

test('a tab that reads what is just being taken out hears so, and asks the log', async () => {
  const { late, line, clock, release } = await confirmSlowly()
  await late.begin()
  await openChat(late, [])
  release()
  await settle()
  expect(statuses(late)).toEqual(['one stored'])
  await clock.advance(1_000)
  const events = [{ seq: 2, event: eventOf(line) }]
  await late.take('/events').answer({ events, lastSeq: 2, firstSeq: 1, users: [] })
  expect(shown(late.client)).toEqual(['one'])
})

test('a tab that reads what is just being stored anew hears how it is now', async () => {
  const { first, open, storage, waiting } = await openTwo()
  await send(first, 'before')
  const values = await storage.read('outbox/')
  await first.take('POST').refuse(403, 'forbidden')
  const late = await open({
    read: async (prefix) => (prefix.startsWith('outbox/') ? values : storage.read(prefix)),
  })
  expect(shown(late.client)).toEqual(['[before!]'])
  expect(shown(first.client)).toEqual(['[before!]'])
  expect(waiting()).toHaveLength(1)
})

test('what another tab is still storing is not taken for gone', async () => {
  const { first, second, open, storage } = await openTwo()
  const held = Promise.withResolvers<void>()
  const third = await open({
    async write(changes) {
      if (changes.some(([key]) => key.startsWith('outbox/'))) await held.promise
      await storage.write(changes)
    },
  })
  first.tabs.freeze()
  await send(third, 'one')
  expect(shown(second.client)).toEqual(['[one]'])
  second.client.wake()
  await settle()
  expect(shown(second.client)).toEqual(['[one]'])
  expect(shown(third.client)).toEqual(['[one]'])
  held.resolve()
})

test('signing out in one tab ends the others, and leaves nothing', async () => {
  const { first, second, waiting } = await openTwo()
  await send(first, 'one')
  const done = second.client.signOut()
  await settle()
  await second.take('sign-out').answer({ success: true })
  await done
  expect(first.client.getState()).toMatchObject({ session: 'signedOut', outbox: [] })
  expect(waiting()).toEqual([])
})

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.stop())

test('tabs come, go and freeze, and everything arrives once and in order', async () => {
  const [writer, reader] = await Promise.all([server.signUp('alice'), server.signUp('bob')])
  const storage: ClientStorage = memoryStorage()
  const openTab = createTestBrowser()
  const connect = async () => {
    const tabs = openTab()
    const device = createDevice(server, { token: writer.token, storage, tabs })
    await device.client.start()
    await until(device.client, ({ connection }) => connection.status === 'online')
    return { ...device, tabs }
  }
  const theirs: Device = createDevice(server, { token: reader.token })
  await theirs.client.start()
  const first = await connect()
  const second = await connect()
  const room = { name: 'Tabs', visibility: 'private', userIds: [reader.id] } as const
  const id = await first.client.createRoom(room)
  await until(second.client, ({ conversations }) => conversations[id])
  await until(theirs.client, ({ conversations }) => conversations[id])
  await theirs.client.openConversation(id)

  const said: string[] = []
  const say = async (device: Device, count: number) => {
    for (let n = 0; n < count; n += 1) {
      const body = `line ${said.length}`
      said.push(body)
      device.client.send(id, { body })
      // Two tabs do not write within one millisecond.
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
  }
  first.loseAnswers((request) => request.endsWith('/messages') && said.length % 3 === 0)
  await say(first, 5)
  await say(second, 5)
  first.tabs.freeze()
  await say(second, 5)
  await until(second.client, ({ outbox }) => outbox.length === 0)
  first.tabs.thaw()
  await say(first, 5)
  second.tabs.kill()
  second.client.stop()
  const third = await connect()
  await say(third, 5)
  first.client.stop()
  await say(third, 5)
  await until(third.client, ({ outbox }) => outbox.length === 0)
  await until(theirs.client, () => textsOf(theirs.client, id).length === said.length)
  expect(textsOf(theirs.client, id)).toEqual(said)
  expect(await storage.read('outbox/')).toEqual([])
  third.client.stop()
  theirs.client.stop()
})
