import { endpoints } from '@roost/protocol'
import { expect, test } from 'vitest'

import { countRows } from '../testing/count-rows.ts'
import { closeAll, newClientId, type Person } from '../testing/person.ts'
import { usesPostgres } from '../testing/postgres-databases.ts'
import { seedCrowd, seedMembers, seedMessages } from '../testing/seed.ts'
import { shareServer } from '../testing/share-server.ts'
import type { TestSocket } from '../testing/test-socket.ts'
import { deleteConversationIn } from './room-deletion.ts'
import { gatherSync } from './sync.ts'

/** Statements are the measure: they do not depend on the machine or on who else is using it. */
const now = Date.now()
const { server, core, alice, bob, carol } = await shareServer(['alice', 'bob', 'carol'], {
  // Time stands still, so that no session is looked up again in the middle.
  now: () => now,
})

async function statementsOf(act: () => Promise<unknown>, by: Person = alice): Promise<number> {
  // Once before, so that the session is known for both.
  await by.ask(endpoints.me)
  // What would be written a moment later, such as who was here, counts where it comes from.
  await server.app.flush()
  const before = core.database.statements()
  await act()
  await server.app.flush()
  return core.database.statements() - before
}

async function roomWith(size: { messages?: number; members?: number }): Promise<string> {
  const { id } = await alice.makeRoomWith([bob])
  const { messages: count = 0, members = 0 } = size
  await seedMembers(core, id, members)
  await seedMessages(core, { conversationId: id, senderId: bob.id, count })
  return id
}

test('a page costs the same at 10 and at 10,000 messages, wherever it is', async () => {
  const [small, large] = [await roomWith({ messages: 10 }), await roomWith({ messages: 10_000 })]
  const pages = async (id: string) => {
    const costs: number[] = []
    for (const query of [{}, { before: 5 }, { after: 3 }, { around: 6 }])
      costs.push(await statementsOf(() => alice.ask(endpoints.messages, { params: { id }, query })))
    return costs
  }
  const cost = await pages(small)
  expect(await pages(large)).toEqual(cost)
  expect(Math.max(...cost)).toBeLessThanOrEqual(7)
})

test('a page costs the same with 1 and with 100 messages on it', async () => {
  const id = await roomWith({ messages: 200 })
  const { id: replyTo } = await bob.send(id, 'quoted')
  for (let at = 0; at < 5; at++) await alice.send(id, 'reply', { replyTo, mentions: [bob.id] })
  const page = (limit: number) =>
    statementsOf(() => alice.ask(endpoints.messages, { params: { id }, query: { limit } }))
  expect(await page(100)).toBe(await page(1))
})

test('a send costs the same at 10 and at 100,000 members, in statements and in rows', async () => {
  const [small, large] = [await roomWith({ members: 10 }), await roomWith({})]
  await seedCrowd(core, large, 100_000)
  const socket = await bob.connect()
  const send = async (id: string) => {
    // When somebody was last here is written a moment later, of what came before.
    await alice.ask(endpoints.me)
    await server.app.flush()
    const written = await countRows(core)
    const statements = await statementsOf(() => alice.send(id, 'hello', { mentions: [bob.id] }))
    await socket.find((frame) => frame.type === 'event' && frame.conversationId === id)
    return { statements, rows: await written() }
  }
  const cost = await send(small)
  expect(await send(large)).toEqual(cost)
  expect(cost.statements).toBeLessThanOrEqual(6)
  // The conversation, the event, the message and the mention.
  expect(cost.rows).toBe(4)
  await socket.close()
})

test('sends of one turn share what they can', async () => {
  const id = await roomWith({})
  const send = () =>
    core.database.send(
      {
        id: newClientId(),
        conversationId: id,
        senderId: alice.id,
        body: 'one of many',
        replyTo: undefined,
        mentions: [],
        requestHash: 'of a test',
        at: core.now(),
      },
      () => {},
    )
  const cost = (count: number) =>
    statementsOf(() => Promise.all(Array.from({ length: count }, send)))
  const [one, hundred] = [await cost(1), await cost(100)]
  // On SQLite two inserts and the look for a repeat are each send's own; the rest is the batch's.
  expect(hundred - one).toBe(usesPostgres() ? 0 : 99 * 3)
})

test('the chat list costs the same at 3 and at 100 chats', async () => {
  const list = (person: Person, limit: number) =>
    statementsOf(async () => {
      const { conversations } = await person.ask(endpoints.conversations, { query: { limit } })
      expect(conversations).toHaveLength(limit)
    })
  await carol.ask(endpoints.me)
  for (let at = 0; at < 100; at++) {
    const { id } = await carol.makeRoom()
    if (at % 10 === 0) await carol.send(id, 'mine, with receipts')
  }
  expect(await list(carol, 100)).toBe(await list(carol, 3))
})

test('opening a socket costs the same at 3 and at 100 chats, and hearing costs nothing', async () => {
  const sockets: TestSocket[] = []
  const connect = (person: Person) =>
    statementsOf(async () => {
      const socket = await person.connect()
      sockets.push(socket)
      await socket.settle()
    }, person)
  const few = await connect(bob)
  expect(await connect(carol)).toBe(few)
  // Not earlier: that somebody leaves is written too.
  await closeAll(...sockets)
})

test('coming back costs the same with news in 2 and in 25 chats', async () => {
  const rooms: string[] = []
  for (let at = 0; at < 25; at++) {
    const history = at % 2 === 0 ? 'all' : 'sinceJoin'
    const { id } = await alice.makeRoomWith([bob], { history })
    await alice.react((await bob.send(id, 'news', { mentions: [alice.id] })).id, '👍')
    rooms.push(id)
  }
  const { epoch } = core.database
  const comeBack = async (count: number) => {
    const heads = rooms.slice(0, count).map((conversationId) => ({ conversationId, seq: 2 }))
    const { userSeq } = await alice.ask(endpoints.conversations, { query: { limit: 1 } })
    let told = 0
    const cost = await statementsOf(async () => {
      const body = { epoch, userSeq, heads }
      const { conversations } = await alice.ask(endpoints.sync, { body })
      told = conversations.filter(({ events }) => events?.length === 2).length
    })
    expect(told).toBe(count)
    return cost
  }
  const cost = await comeBack(2)
  expect(await comeBack(25)).toBe(cost)
  expect(cost).toBeLessThanOrEqual(12)
})

test('fifty who come back in one moment cost as much as one', async () => {
  const { id } = await alice.makeRoomWith([bob, carol])
  const people = [alice, bob, carol]
  const { seq } = await bob.send(id, 'last seen')
  for (let at = 0; at < 10; at++) await bob.send(id, 'news', { mentions: [alice.id] })
  const { epoch } = core.database
  const sync = gatherSync(core)
  const seqs = new Map<string, number>()
  for (const person of people)
    seqs.set(person.id, (await person.ask(endpoints.conversations)).userSeq)
  const comeBack = (count: number) =>
    statementsOf(() =>
      Promise.all(
        Array.from({ length: count }, async (_, at) => {
          const userId = people[at % people.length]?.id ?? ''
          const heads = [{ conversationId: id, seq: seq + (at % 5) }]
          const userSeq = seqs.get(userId) ?? 0
          const { conversations } = await sync({ userId, epoch, heads, userSeq })
          const told = conversations.find(({ conversationId }) => conversationId === id)
          expect(told?.events).toHaveLength(10 - (at % 5))
        }),
      ),
    )
  expect(await comeBack(50)).toBe(await comeBack(1))
})

test('what changed costs the same after 10 and after 10,000 events', async () => {
  const changes = async (messages: number) => {
    const id = await roomWith({ messages: 10 })
    const { id: said, seq: to } = await bob.send(id, 'said')
    await seedMessages(core, { conversationId: id, senderId: bob.id, count: messages })
    await bob.edit(said, 'better')
    const query = { after: to, from: 1, to }
    return statementsOf(async () => {
      const found = await alice.ask(endpoints.changes, { params: { id }, query })
      expect(found.messages).toHaveLength(1)
    })
  }
  expect(await changes(10_000)).toBe(await changes(10))
})

test('a change costs the same at 200 and at 10,000 members', async () => {
  const socket = await bob.connect()
  const changes = async (members: number) => {
    const id = await roomWith({ members })
    // Bob's socket has been told of it: nothing is read for him any more.
    await socket.find(
      (frame) =>
        frame.type === 'userEvent' &&
        frame.event.type === 'conversation.joined' &&
        frame.event.conversation.id === id,
    )
    const { id: said } = await bob.send(id, 'said')
    const { id: mine } = await alice.send(id, 'mine', { mentions: [bob.id] })
    const [first = ''] = await seedMembers(core, id, 1)
    const acts: (() => Promise<unknown>)[] = [
      () => alice.edit(mine, 'better', { mentions: [bob.id] }),
      () => alice.react(said, '👍'),
      () => alice.unreact(said, '👍'),
      () => alice.erase(said),
      () => alice.change(id, { name: 'Galley', topic: 'Soup' }),
      () => alice.setRole(id, bob, 'admin'),
      () => alice.remove(id, { id: first }),
      () => alice.ask(endpoints.updateMembership, { params: { id }, body: { pinned: true } }),
      () => alice.leave(id),
    ]
    const costs: number[] = []
    for (const act of acts) costs.push(await statementsOf(act))
    return costs
  }
  // Both without receipts.
  const cost = await changes(200)
  expect(await changes(10_000)).toEqual(cost)
  expect(Math.max(...cost)).toBeLessThanOrEqual(25)
  await socket.close()
})

test('a room of many quotes and reactions is opened at the same cost', async () => {
  const id = await roomWith({})
  const { id: replyTo } = await bob.send(id, 'quoted')
  const page = () => statementsOf(() => alice.ask(endpoints.messages, { params: { id } }))
  const cost = await page()
  for (const emoji of ['👍', '🎉', '😀'])
    for (const person of [alice, bob]) {
      const { id: reply } = await person.send(id, 'reply', { replyTo })
      await person.react(reply, emoji)
    }
  expect(await page()).toBe(cost)
})

test('searching costs the same for 1 and for 50 hits, also where the past is hidden', async () => {
  for (const history of ['all', 'sinceJoin'] as const) {
    const { id } = await alice.makeRoomWith([bob], { history })
    await bob.send(id, 'one walrus')
    const count = 50
    await seedMessages(core, { conversationId: id, senderId: bob.id, count })
    await bob.send(id, 'seen by all')
    const searched = async (query: string) => {
      let found = 0
      const cost = await statementsOf(async () => {
        const page = await alice.ask(endpoints.search, {
          query: { query, conversationId: id, limit: 60 },
        })
        found = page.messages.length
      })
      return { cost, found }
    }
    const [few, many] = [await searched('walrus'), await searched('seed')]
    expect([few.found, many.found]).toEqual([1, count])
    expect(many.cost).toBe(few.cost)
  }
})

test('deleting a room costs the same, however large it is', async () => {
  const rooms = [
    await roomWith({ members: 10, messages: 10 }),
    await roomWith({ members: 2_000, messages: 2_000 }),
  ]
  // What is left of them is removed afterwards: nobody waits for it.
  const costs = await core.database.write(async (tx) => {
    const each: number[] = []
    for (const conversationId of rooms) {
      const before = core.database.statements()
      await deleteConversationIn(core, tx, { conversationId, userId: alice.id })
      each.push(core.database.statements() - before)
    }
    return each
  })
  expect(costs[1]).toBe(costs[0])
})
