import { endpoints, type Endpoint } from '@roost/protocol'
import { beforeEach, describe, expect, test } from 'vitest'

import { failCommit, IOERR_FSYNC } from '../testing/fail-commit.ts'
import { closeAll, newClientId, type Attempt, type Person } from '../testing/person.ts'
import { shareServer } from '../testing/share-server.ts'
import { TestSocket } from '../testing/test-socket.ts'

const { server, alice, bob, carol } = await shareServer(['alice', 'bob', 'carol'])
let room: string
let said: string
beforeEach(async () => {
  room = (await alice.makeRoomWith([bob])).id
  said = (await alice.send(room, 'said by alice')).id
})

interface Act {
  readonly by: Person
  readonly endpoint: Endpoint
  readonly params?: object
  readonly body?: object
}

/** Tries it while the disk says that it fails, although it stores; then again, as clients do. */
async function actTwice({ by, endpoint, params, body }: Act, between = async () => {}) {
  const clientId = newClientId()
  const attempt: Attempt = { params, body: { ...body, clientId } }
  await server.app.flush()
  const repair = failCommit('after', IOERR_FSYNC)
  const refused = by.refusal(endpoint, attempt)
  await refused.finally(repair)
  expect(await refused).toMatchObject({ code: 'unavailable' })
  expect(server.reports.splice(0)).toHaveLength(1)
  await between()
  expect((await by.request(endpoint, attempt)).status).toBe(200)
  return clientId
}

const inRoom = () => ({ params: { id: room } })
const ofMessage = () => ({ params: { id: said } })
const acts: Record<string, { types: string[]; prepare?: () => Promise<unknown>; act: () => Act }> =
  {
    'an edit': {
      types: ['message.changed'],
      act: () => ({
        by: alice,
        endpoint: endpoints.editMessage,
        ...ofMessage(),
        body: { body: 'better' },
      }),
    },
    'a deletion': {
      types: ['message.changed'],
      act: () => ({ by: alice, endpoint: endpoints.deleteMessage, ...ofMessage() }),
    },
    'a reaction': {
      types: ['reaction.changed'],
      act: () => ({
        by: alice,
        endpoint: endpoints.react,
        params: { id: said, emoji: '👍' },
      }),
    },
    'a reaction taken back': {
      types: ['reaction.changed'],
      prepare: () => alice.react(said, '👍'),
      act: () => ({
        by: alice,
        endpoint: endpoints.unreact,
        params: { id: said, emoji: '👍' },
      }),
    },
    'another name and topic': {
      types: ['conversation.changed', 'conversation.changed'],
      act: () => ({
        by: alice,
        endpoint: endpoints.updateConversation,
        ...inRoom(),
        body: { name: 'Galley', topic: 'Soup' },
      }),
    },
    'a room handed over': {
      types: ['member.changed', 'member.changed'],
      act: () => ({
        by: alice,
        endpoint: endpoints.updateMember,
        params: { id: room, userId: bob.id },
        body: { role: 'owner' },
      }),
    },
    joining: {
      types: ['member.joined'],
      act: () => ({ by: carol, endpoint: endpoints.join, ...inRoom() }),
    },
    adding: {
      types: ['member.joined'],
      act: () => ({
        by: alice,
        endpoint: endpoints.addMember,
        ...inRoom(),
        body: { userId: carol.id },
      }),
    },
    removing: {
      types: ['member.left'],
      prepare: () => carol.join(room),
      act: () => ({
        by: alice,
        endpoint: endpoints.removeMember,
        params: { id: room, userId: carol.id },
      }),
    },
    leaving: {
      types: ['member.left', 'member.changed'],
      act: () => ({ by: alice, endpoint: endpoints.leave, ...inRoom() }),
    },
  }

test.each(Object.entries(acts))(
  '%s that may be stored is told when it is repeated',
  async (_name, { types, prepare, act }) => {
    await prepare?.()
    const { lastSeq } = await bob.look(room)
    const socket = await bob.connect()
    const id = await actTwice(act(), async () => {
      await socket.settle()
      expect(socket.seqs(room)).toEqual([])
    })
    await socket.event(room, lastSeq + types.length)
    const told = socket.frames.filter(TestSocket.isEvent(room))
    expect(told.map(({ seq }) => seq)).toEqual(types.map((_type, at) => lastSeq + at + 1))
    expect(told.map(({ event }) => event.type)).toEqual(types)
    expect(told[0]?.event.id).toBe(id)
    await socket.close()
  },
)

describe('whoever came by what may be stored', () => {
  const ways: Record<string, () => Act> = {
    joining: () => ({ by: carol, endpoint: endpoints.join, ...inRoom() }),
    'being added': () => ({
      by: alice,
      endpoint: endpoints.addMember,
      ...inRoom(),
      body: { userId: carol.id },
    }),
    'a new room': () => ({
      by: alice,
      endpoint: endpoints.createConversation,
      body: { kind: 'room', name: 'New', visibility: 'private', userIds: [carol.id] },
    }),
    'a new chat': () => ({
      by: alice,
      endpoint: endpoints.createConversation,
      body: { kind: 'direct', userId: carol.id },
    }),
  }

  test.each(Object.entries(ways))('hears what is said from then on: %s', async (_name, act) => {
    const socket = await carol.connect()
    const made = await actTwice(act())
    const { endpoint } = act()
    const id = endpoint === endpoints.createConversation ? made : room
    await socket.find(
      (frame) =>
        frame.type === 'userEvent' &&
        frame.event.type === 'conversation.joined' &&
        frame.event.conversation.id === id,
    )
    const { seq } = await alice.send(id, 'welcome')
    expect((await socket.event(id, seq)).event).toMatchObject({ message: { body: 'welcome' } })
    await socket.close()
  })
})

test('whoever is out by what may be stored is told so', async () => {
  await alice.add(room, carol)
  const [socket, other] = [await carol.connect(), await bob.connect()]
  const params = { id: room, userId: carol.id }
  await actTwice({ by: alice, endpoint: endpoints.removeMember, params })
  const { seq } = await bob.send(room, 'without carol')
  await other.event(room, seq)
  await socket.find(TestSocket.isUserEvent('conversation.left'))
  await carol.settle(socket)
  expect(socket.seqs(room)).not.toContain(seq)
  await closeAll(socket, other)
})

describe('what is repeated after more has happened', () => {
  const repeat = async (by: Person, endpoint: Endpoint, attempt: Attempt) => {
    expect((await by.request(endpoint, attempt)).status).toBe(200)
  }

  test('lets nobody hear who has gone since', async () => {
    const attempt = { ...inRoom(), body: { userId: carol.id, clientId: newClientId() } }
    await alice.ask(endpoints.addMember, attempt)
    await carol.leave(room)
    const [socket, other] = [await carol.connect(), await bob.connect()]
    await repeat(alice, endpoints.addMember, attempt)
    const { seq } = await bob.send(room, 'without carol')
    await other.event(room, seq)
    await carol.settle(socket)
    expect(socket.seqs(room)).toEqual([])
    await closeAll(socket, other)
  })

  test('keeps nobody from hearing who has come back since', async () => {
    await carol.join(room)
    const attempt = { ...inRoom(), body: { clientId: newClientId() } }
    await carol.ask(endpoints.leave, attempt)
    await carol.join(room)
    const socket = await carol.connect()
    await repeat(carol, endpoints.leave, attempt)
    const { seq } = await bob.send(room, 'with carol')
    await socket.event(room, seq)
    expect(socket.frames.filter(TestSocket.isUserEvent('conversation.left'))).toEqual([])
    await socket.close()
  })

  test('is heard once', async () => {
    const socket = await bob.connect()
    const attempt = { ...ofMessage(), body: { clientId: newClientId(), body: 'better' } }
    await alice.ask(endpoints.editMessage, attempt)
    const { seq } = await alice.send(room, 'and more')
    await repeat(alice, endpoints.editMessage, attempt)
    await bob.settle(socket)
    expect(socket.seqs(room)).toEqual([seq - 1, seq])
    await socket.close()
  })
})
