import { conversationBase, event, userEvent, uuidv7 } from '@roost/protocol'
import { startTestServer, type TestServer, type TestUser } from '@roost/server/testing'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'

import { applyEvent } from './apply-event.ts'
import { insertConversations } from './snapshot.ts'
import { emptyState } from './store.ts'
import {
  applyFrames,
  durablePart,
  openAll,
  readFresh,
  sharedPart,
  startWatching,
  typesOf,
  withWindowsOf,
} from './testing/converge.ts'
import { chatId, describeChat, eventOf, me, message } from './testing/script.ts'
import type { Device } from './testing/world.ts'

let server: TestServer
let alice: TestUser
let bob: TestUser
let carol: TestUser
const seen = new Set<string>()

beforeAll(async () => {
  server = await startTestServer()
  ;[alice, bob, carol] = await Promise.all([
    server.signUp('alice'),
    server.signUp('bob'),
    server.signUp('carol'),
  ])
})
afterAll(() => server.stop())

const api = '/api/v1/conversations'

async function must(reply: Promise<{ status: number; body: unknown }>): Promise<{ id: string }> {
  const { status, body } = await reply
  if (status >= 300) throw new Error(`${status} ${JSON.stringify(body)}`)
  return body as { id: string }
}

const send = (user: TestUser, id: string, body: string, more = {}) =>
  must(
    user.call('POST', `${api}/${id}/messages`, {
      clientId: uuidv7(Date.now(), Math.random),
      body,
      ...more,
    }),
  )

const edit = (user: TestUser, id: string, body: string, mentions: string[] = []) =>
  must(
    user.call('PATCH', `/api/v1/messages/${id}`, {
      clientId: uuidv7(Date.now(), Math.random),
      body,
      mentions,
    }),
  )
const remove = (user: TestUser, id: string) =>
  must(user.call('DELETE', `/api/v1/messages/${id}`, {}))
const react = (method: 'PUT' | 'DELETE', user: TestUser, id: string, emoji: string) =>
  must(user.call(method, `/api/v1/messages/${id}/reactions/${encodeURIComponent(emoji)}`, {}))
const change = (room: string, to: object) => must(alice.call('PATCH', `${api}/${room}`, to))

/** A public room of alice and bob with a few messages in it. */
async function createRoom() {
  const { id } = await must(
    alice.call('POST', api, { kind: 'room', name: 'Kitchen', visibility: 'public' }),
  )
  await must(bob.call('POST', `${api}/${id}/join`, {}))
  await send(alice, id, 'Hello')
  await send(bob, id, 'Hi')
  return id
}

/** Alice keeps few conversations, so that all of them can be open. */
afterEach(async () => {
  const { conversations } = (await alice.call('GET', api)).body as {
    conversations: { id: string; kind: string }[]
  }
  for (const { id, kind } of conversations)
    if (kind === 'room') await must(alice.call('POST', `${api}/${id}/leave`, {}))
})

const cases: Record<string, (room: string) => Promise<unknown>> = {
  'somebody writes': (room) =>
    Promise.all([send(bob, room, 'one'), send(bob, room, 'two'), send(bob, room, 'three')]),
  'I am named, and quoted': async (room) => {
    const { id } = await send(alice, room, 'Who cooks?')
    await send(bob, room, 'You do', { mentions: [alice.id], replyTo: id })
  },
  'I write on another device': async (room) => {
    await send(bob, room, 'Are you there?')
    await send(alice, room, 'Yes')
    await send(bob, room, 'Good')
  },
  'I read on another device': async (room) => {
    await send(bob, room, 'one')
    const { seq } = (await send(bob, room, 'two')) as { id: string; seq: number }
    await send(bob, room, 'three')
    await must(alice.call('PUT', `${api}/${room}/read`, { seq }))
    await send(bob, room, 'four')
  },
  'somebody joins and writes': async (room) => {
    await must(carol.call('POST', `${api}/${room}/join`, {}))
    await send(carol, room, 'Here I am')
  },
  'somebody is added': (room) =>
    must(alice.call('POST', `${api}/${room}/members`, { userId: carol.id })),
  'somebody leaves, and comes back': async (room) => {
    await must(bob.call('POST', `${api}/${room}/leave`, {}))
    await must(bob.call('POST', `${api}/${room}/join`, {}))
  },
  'somebody is gone': (room) => must(bob.call('POST', `${api}/${room}/leave`, {})),
  'somebody opens a chat with me': async () => {
    const { id } = await must(carol.call('POST', api, { kind: 'direct', userId: alice.id }))
    await send(carol, id, 'Hello Alice')
  },
  'I make a room on another device': () =>
    must(alice.call('POST', api, { kind: 'room', name: 'Attic', visibility: 'private' })),
  'somebody adds me to a room': async () => {
    const { id } = await must(
      bob.call('POST', api, { kind: 'room', name: 'Cellar', visibility: 'private' }),
    )
    await send(bob, id, 'before')
    await must(bob.call('POST', `${api}/${id}/members`, { userId: alice.id }))
    await send(bob, id, 'after')
  },
  'I leave on another device': async (room) => {
    await must(alice.call('POST', `${api}/${room}/leave`, {}))
    await send(bob, room, 'She is gone')
  },
  'I leave and join again on another device': async (room) => {
    await must(alice.call('POST', `${api}/${room}/leave`, {}))
    await send(bob, room, 'She is gone')
    await must(alice.call('POST', `${api}/${room}/join`, {}))
    await send(bob, room, 'She is back')
  },
  'a message is edited, one that names me and one that is quoted': async (room) => {
    const first = await send(bob, room, 'first')
    await send(bob, room, 'an answer', { replyTo: first.id })
    const named = await send(bob, room, '@alice?', { mentions: [alice.id] })
    await edit(bob, first.id, 'the first')
    await edit(bob, named.id, '@bob, I mean', [bob.id])
    await edit(bob, first.id, '@alice, the first', [alice.id])
  },
  'messages are deleted, read and unread ones': async (room) => {
    const [one, two] = [await send(bob, room, 'one'), await send(bob, room, 'two')]
    const { seq } = two as { id: string; seq: number }
    const three = await send(bob, room, '@alice three', { mentions: [alice.id], replyTo: one.id })
    await send(bob, room, 'four')
    await remove(bob, one.id)
    await must(alice.call('PUT', `${api}/${room}/read`, { seq }))
    await edit(bob, three.id, '@alice 3', [alice.id])
    await remove(bob, three.id)
    await remove(alice, two.id)
  },
  'people react, change their minds, and so do I': async (room) => {
    const { id } = await send(bob, room, 'Cake?')
    await react('PUT', bob, id, '🎂')
    await react('PUT', alice, id, '🎂')
    await react('PUT', alice, id, '👍🏽')
    await react('DELETE', bob, id, '🎂')
    await edit(bob, id, 'Cake, anyone?')
    await react('PUT', bob, id, '❤️')
    await react('DELETE', bob, id, '❤️')
  },
  'the room is renamed, described and closed to the public': async (room) => {
    await change(room, { name: 'Larder' })
    await change(room, { topic: 'Cheese' })
    await change(room, { visibility: 'private' })
  },
  'somebody is made an administrator, and removed': async (room) => {
    await must(alice.call('PATCH', `${api}/${room}/members/${bob.id}`, { role: 'admin' }))
    await must(alice.call('DELETE', `${api}/${room}/members/${bob.id}`, {}))
  },
  'I hand the room over': (room) =>
    must(alice.call('PATCH', `${api}/${room}/members/${bob.id}`, { role: 'owner' })),
  'I am removed': async (room) => {
    await must(alice.call('PATCH', `${api}/${room}/members/${bob.id}`, { role: 'owner' }))
    await must(bob.call('DELETE', `${api}/${room}/members/${alice.id}`, {}))
    await send(bob, room, 'She is gone')
  },
  'I pin, mute and archive on another device': async (room) => {
    await must(alice.call('PATCH', `${api}/${room}/membership`, { pinned: true, archived: true }))
    await must(alice.call('PATCH', `${api}/${room}/membership`, { mutedUntil: 9_000_000_000_000 }))
  },
  'the room is deleted': (room) => must(alice.call('DELETE', `${api}/${room}`)),
  'messages from before I came are changed in a room that hides them': async () => {
    const { id } = await must(
      bob.call('POST', api, { kind: 'room', name: 'Vault', visibility: 'private' }),
    )
    const hidden = await send(bob, id, 'hidden')
    await must(bob.call('POST', `${api}/${id}/members`, { userId: alice.id }))
    await send(bob, id, 'an answer', { replyTo: hidden.id })
    await react('PUT', bob, hidden.id, '🎂')
    await edit(bob, hidden.id, 'still hidden')
    await remove(bob, hidden.id)
    await send(bob, id, 'after')
  },
  'I change my settings on another device': () =>
    must(alice.call('PATCH', '/api/v1/me', { locale: 'de' })),
}

const reversedAndTwice = (frames: string[]) => [...frames, ...frames].toReversed()

/**
 * Four clients of one person: one undisturbed, one whose frames arrive in reverse and twice, one that
 * is offline meanwhile, and one that is nothing but the pure functions.
 */
test.each(Object.keys(cases))(
  '%s: stale state + events = fresh snapshot',
  async (name) => {
    const room = await createRoom()
    const { token } = alice
    const watch = () => startWatching(server, token)
    const [calm, scrambled, offline] = [await watch(), await watch(), await watch()]
    const stale = calm.client.getState()
    const before = calm.frames.length
    scrambled.hold()
    offline.cut()
    const converge = (device: Device) =>
      vi.waitFor(
        async () => {
          await openAll(device)
          const fresh = sharedPart(await readFresh(server, token))
          expect(sharedPart(device.client.getState())).toEqual(fresh)
        },
        { timeout: 15_000, interval: 100 },
      )

    await cases[name]?.(room)

    await converge(calm)
    scrambled.release(reversedAndTwice)
    await converge(scrambled)
    offline.mend()
    await converge(offline)
    const frames = calm.frames.slice(before)
    const followed = applyFrames(stale, frames)
    const fresh = withWindowsOf(await readFresh(server, token), followed)
    expect(durablePart(followed)).toEqual(durablePart(fresh))

    for (const { client } of [calm, scrambled, offline]) client.stop()
    for (const type of typesOf(frames)) seen.add(type)
  },
  60_000,
)

test('the making of a room says what it is', () => {
  const { lastSeq: _lastSeq, ...room } = describeChat({ kind: 'room', name: 'Kitchen' })
  const base = conversationBase.parse({ ...room, name: 'Larder', topic: 'Cheese' })
  const line = message(1, { kind: 'system', content: { action: 'created' } })
  const made = { ...eventOf(line), type: 'conversation.created' as const, conversation: base }
  seen.add(made.type)
  const stale = insertConversations({ ...emptyState, me }, [{ ...room, lastSeq: 0 }])
  const state = applyEvent(stale, chatId, 1, made)
  expect(state.conversations[chatId]).toMatchObject({
    name: 'Larder',
    topic: 'Cheese',
    lastSeq: 1,
    lastMessage: line,
    unread: 0,
  })
})

test('every event type there is has been through here', () => {
  const types = [...event.def.options, ...userEvent.def.options].flatMap(
    ({ shape }) => shape.type.def.values,
  )
  expect([...seen].toSorted()).toEqual([...new Set<string>(types)].toSorted())
})
