/** What goes over the line for a message that is written and for a chat that is opened, counted. */
import type { Page } from '@playwright/test'
import { z } from 'zod'

import { chatRow, message, openChat, progress, unread, write } from './app.ts'
import { expect, test, type Stage } from './fixtures.ts'
import { keepAll } from './kept.ts'

/** The bytes of a frame beside the text of its message: ids, times and names of fields. */
const frameBytes = 520

test('a message is one frame to whoever gets it', async ({ stage }) => {
  const { alice, direct, room, roomName, context } = await makeChats(stage)
  const page = await context.newPage()
  const frames = await countFrames(page)
  await page.goto('/')
  await expect(chatRow(page, roomName)).toBeVisible()

  for (const text of ['one', 'two', 'three']) await alice.api.send(room, text)
  await expect(unread(chatRow(page, roomName), 3)).toBeVisible()
  expect(frames.kinds()).toEqual(['message.created', 'message.created', 'message.created'])

  await openChat(page, alice.name)
  await expect(message(page, 'hello')).toBeVisible()
  for (const text of ['four', 'five']) {
    frames.forget()
    await alice.api.send(direct, text)
    // What is seen is marked as read, which all windows of the same person hear.
    await expect.poll(frames.kinds).toEqual(['message.created', 'read.changed'])
  }
  for (const { kind, bytes } of frames.all)
    if (kind === 'message.created') expect(bytes).toBeLessThanOrEqual(frameBytes)
})

test('the messages of a chat are asked for once, and not when they are kept', async ({ stage }) => {
  const { alice, direct, room, roomName, context } = await makeChats(stage)
  const page = await context.newPage()
  const requests = countRequests(page)
  await page.goto('/')
  await expect(chatRow(page, roomName)).toBeVisible()
  expect(requests.news()).toEqual(['GET /server'])

  await openChat(page, alice.name)
  await expect(message(page, 'hello')).toBeVisible()
  await openChat(page, roomName)
  await expect(message(page, 'in the room')).toBeVisible()
  expect(requests.news()).toEqual([
    `GET /conversations/${direct}/messages`,
    `GET /conversations/${room}/messages`,
  ])

  await openChat(page, alice.name)
  await expect(message(page, 'hello')).toBeVisible()
  await write(page, 'good morning')
  await expect(progress(page, 'good morning', 'Sent')).toBeVisible()
  expect(requests.news()).toEqual([`POST /conversations/${direct}/messages`])
  expectAtMostTwice(requests.descriptions())

  await keepAll(page, 'good morning')
  await page.reload()
  await expect(message(page, 'good morning')).toBeVisible()
  await write(page, 'and good night')
  await expect(progress(page, 'and good night', 'Sent')).toBeVisible()
  expect(requests.news()).toEqual(['GET /server', `POST /conversations/${direct}/messages`])
  expectAtMostTwice(requests.descriptions())
})

/** Bob has read what Alice wrote, in their chat and in a room with Carol; only his browser is open. */
async function makeChats(stage: Stage) {
  const [alice, bob, carol] = await stage.people('Alice', 'Bob', 'Carol')
  const { id: direct } = await alice.api.openDirect(bob.id)
  const roomName = stage.named('Harbour')
  const { id: room } = await alice.api.createRoom(roomName)
  for (const person of [bob, carol]) await alice.api.add(room, person.id)
  await bob.api.markRead(direct, (await alice.api.send(direct, 'hello')).seq)
  await bob.api.markRead(room, (await alice.api.send(room, 'in the room')).seq)
  const context = await stage.context()
  await stage.signIn(context, bob)
  return { alice, direct, room, roomName, context }
}

const typed = z.object({ type: z.string() })
const frame = typed.extend({ event: typed.optional(), signal: typed.optional() })

/** All frames that a page receives, but for those that tell of the connection and of who is there. */
async function countFrames(page: Page) {
  const all: { kind: string; bytes: number }[] = []
  let from = 0
  const network = await page.context().newCDPSession(page)
  await network.send('Network.enable')
  network.on('Network.webSocketFrameReceived', ({ response: { payloadData } }) => {
    const { type, event, signal } = frame.parse(JSON.parse(payloadData))
    const kind = event?.type ?? signal?.type ?? type
    if (!['ping', 'heads', 'presence'].includes(kind)) all.push({ kind, bytes: payloadData.length })
  })
  return {
    all,
    kinds: () => all.slice(from).map(({ kind }) => kind),
    forget: () => (from = all.length),
  }
}

/** What a page asks the server for, since it was last asked; descriptions of chats and their list apart. */
function countRequests(page: Page) {
  const requests = { news: [] as string[], descriptions: [] as string[] }
  page.on('request', (request) => {
    const [, path] = /\/api\/v1(\/.*)/.exec(new URL(request.url()).pathname) ?? []
    if (path === undefined || path === '/socket') return
    const kind = /^\/conversations(\/[^/]+)?$/.test(path) ? 'descriptions' : 'news'
    requests[kind].push(`${request.method()} ${path}`)
  })
  return {
    news: () => requests.news.splice(0),
    descriptions: () => requests.descriptions.splice(0),
  }
}

/** Once when it is wanted, and once more where the socket opened later: what was in between may be missing. */
function expectAtMostTwice(descriptions: readonly string[]): void {
  expect(descriptions.length).toBeGreaterThan(0)
  for (const each of new Set(descriptions))
    expect(descriptions.filter((path) => path === each).length, each).toBeLessThanOrEqual(2)
}
