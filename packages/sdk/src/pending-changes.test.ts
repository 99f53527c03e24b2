import type { Event, Message } from '@roost/protocol'
import { expect, test } from 'vitest'

import { lastMessage, timeline } from './selectors.ts'
import {
  alice,
  bob,
  chatId,
  createScript,
  describeChat,
  message,
  openChat,
  settle,
  type Script,
} from './testing/script.ts'

const mine = (seq: number, change: Partial<Message> = {}) =>
  message(seq, { senderId: alice, ...change })

/** An open chat that shows these messages. */
async function begin(...messages: Message[]): Promise<Script> {
  const last = messages.at(-1) ?? null
  const script = createScript({
    conversations: [describeChat({ lastSeq: last?.seq ?? 1, lastMessage: last })],
  })
  await script.begin()
  await openChat(script, messages)
  return script
}

function shown(script: Script) {
  const state = script.client.getState()
  const conversation = state.conversations[chatId]
  if (!conversation) throw new Error('There is no chat.')
  return {
    lines: timeline(conversation, state) as Message[],
    last: lastMessage(conversation, state.outbox),
    truth: conversation.window?.messages ?? [],
  }
}

const changed = (id: string, to: Message, mentionsBefore: string[] = []): Event => ({
  id,
  type: 'message.changed',
  actorId: alice,
  createdAt: 9,
  message: to,
  mentionsBefore,
})
const idIn = (body: unknown) => (body as { clientId: string }).clientId
const receive = (script: Script, seq: number, event: Event) =>
  script.socket().receive({ type: 'event', conversationId: chatId, seq, event })

test('an edit is shown at once, also where it is quoted, and stays when its event comes', async () => {
  const first = mine(2)
  const replyTo = { id: first.id, seq: 2, senderId: alice, excerpt: first.body }
  const script = await begin(first, message(3, { replyTo }))
  const edit = script.client.editMessage(chatId, first.id, { body: 'better', mentions: [bob] })
  await settle()
  expect(shown(script).lines).toMatchObject([
    { body: 'better', mentions: [bob] },
    { replyTo: { excerpt: 'better' } },
  ])
  expect(shown(script).truth[0]).toBe(shown(script).truth[0])
  expect(shown(script).truth).toMatchObject([{ body: 'message 2' }, {}])
  const call = script.take(`PATCH /api/v1/messages/${first.id}`)
  expect(call.body).toMatchObject({ body: 'better', mentions: [bob] })
  const now = { ...first, body: 'better', mentions: [bob], editedAt: 9 }
  await receive(script, 4, changed(idIn(call.body), now))
  expect(script.client.getState().outbox).toEqual([])
  expect(shown(script).truth).toMatchObject([
    { body: 'better', editedAt: 9 },
    { replyTo: { excerpt: 'better' } },
  ])
  await call.answer(now)
  await edit
})

test('a refused deletion is taken back', async () => {
  const script = await begin(mine(2), message(3))
  const removal = script.client.deleteMessage(chatId, message(3).id)
  const outcome = removal.catch((error: unknown) => error)
  await settle()
  expect(shown(script).last?.body).toBe('')
  expect(shown(script).last?.deletedAt).toBeGreaterThan(0)
  await script.take('DELETE').refuse(403, 'forbidden')
  expect(await outcome).toMatchObject({ code: 'forbidden' })
  expect(shown(script).lines).toBe(shown(script).truth)
  expect(shown(script).last).toMatchObject({ body: 'message 3' })
})

test('reactions to one message are sent in the order they were made', async () => {
  const script = await begin(message(2, { reactions: [{ emoji: '👍', count: 1 }] }))
  const { id } = message(2)
  const all = [
    script.client.react(chatId, id, '👍', true),
    script.client.react(chatId, id, '👍', false),
    script.client.react(chatId, id, '🎉', true),
  ]
  await settle()
  expect(shown(script).lines[0]?.reactions).toEqual([
    { emoji: '👍', count: 1 },
    { emoji: '🎉', count: 1, mine: true },
  ])
  const methods = []
  for (let round = 0; round < 3; round += 1) {
    const call = script.take(`/api/v1/messages/${id}/reactions`)
    expect(script.calls.filter(({ path }) => path.includes('/reactions'))).toEqual([])
    methods.push(`${call.method} ${decodeURIComponent(call.path.split('/').at(-1) ?? '')}`)
    await call.answer(message(2))
  }
  await Promise.all(all)
  expect(methods).toEqual(['PUT 👍', 'DELETE 👍', 'PUT 🎉'])
})

test('my own reaction is marked as mine when its event comes, and survives an edit', async () => {
  const script = await begin(message(2))
  const { id } = message(2)
  const reaction = { messageId: id, messageSeq: 2, emoji: '🎉', on: true } as const
  const event = (seq: number, userId: string, count: number): Event => ({
    id: `00000000-0000-7000-8000-00000000000${seq}`,
    type: 'reaction.changed',
    actorId: userId,
    createdAt: 9,
    userId,
    count,
    ...reaction,
  })
  await receive(script, 3, event(3, bob, 1))
  await receive(script, 4, event(4, alice, 2))
  expect(shown(script).lines[0]?.reactions).toEqual([{ emoji: '🎉', count: 2, mine: true }])
  const edited = message(2, { body: 'new', reactions: [{ emoji: '🎉', count: 2 }] })
  await receive(script, 5, changed('00000000-0000-7000-8000-000000000005', edited))
  expect(shown(script).lines[0]).toMatchObject({
    body: 'new',
    reactions: [{ emoji: '🎉', count: 2, mine: true }],
  })
  await receive(script, 6, { ...event(6, alice, 0), on: false } as Event)
  expect(shown(script).lines[0]?.reactions).toEqual([])
})

test('a change that makes no event leaves by itself', async () => {
  const script = await begin(mine(2))
  const edit = script.client.editMessage(chatId, mine(2).id, { body: 'message 2' })
  await settle()
  await script.take('PATCH').answer(mine(2))
  await edit
  expect(script.client.getState().outbox).toHaveLength(1)
  await script.clock.advance(10_000)
  expect(script.client.getState().outbox).toEqual([])
})

test('what others write is told to whoever listens, until they stop', async () => {
  const script = await begin(message(2))
  const heard: string[] = []
  const stop = script.client.onMessage(({ body }) => heard.push(body))
  const say = (seq: number, senderId: string) => {
    const line = message(seq, { senderId })
    const { id, createdAt } = line
    return receive(script, seq, {
      id,
      type: 'message.created',
      actorId: senderId,
      createdAt,
      message: line,
    })
  }
  await say(3, bob)
  await say(4, alice)
  stop()
  await say(5, bob)
  expect(heard).toEqual(['message 3'])
})
