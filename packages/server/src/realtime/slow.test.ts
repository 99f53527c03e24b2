import { connect } from 'node:net'

import { endpoints, serverFrame } from '@roost/protocol'
import { afterAll, expect, test, vi } from 'vitest'

import { sendMessage } from '../messaging/messages.ts'
import { newClientId } from '../testing/person.ts'
import { seedSessions } from '../testing/seed-sessions.ts'
import { seedMembers } from '../testing/seed.ts'
import { shareServer } from '../testing/share-server.ts'
import { watchUpgrades } from '../testing/watch-upgrades.ts'

/** The look at the pace of sockets comes when the test says so. */
vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
afterAll(() => {
  vi.useRealTimers()
})
const { server, core, alice, bob } = await shareServer(['alice', 'bob'])

/** A client that opens a socket and then reads nothing, until it is told to. */
function openUnread(token: string) {
  const { host, port } = new URL(server.url)
  const socket = connect(Number(port), '127.0.0.1')
  const { promise: opened, resolve: open } = Promise.withResolvers<void>()
  socket.once('data', () => {
    socket.pause()
    open()
  })
  socket.write(
    `GET /api/v1/socket HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
      'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n' +
      `Authorization: Bearer ${token}\r\n\r\n`,
  )
  const read = (wanted: string, keep: (part: string) => void) =>
    new Promise<void>((resolve) => {
      let end = ''
      socket.on('data', (data) => {
        const part = data.toString('latin1')
        keep(part)
        if ((end + part).includes(wanted)) resolve()
        end = (end + part).slice(-wanted.length)
      })
      socket.resume()
    })
  return {
    opened,
    /** Reads until something has come. */
    async readUntil(wanted: string): Promise<string> {
      const parts: string[] = []
      await read(wanted, (part) => parts.push(part))
      return parts.join('')
    },
    /** Reads until this has come, and keeps nothing. */
    skipTo: (wanted: string) => read(wanted, () => {}),
    destroy: () => socket.destroy(),
  }
}

test('one who does not read hinders nobody, and is told where to go on reading', async () => {
  const { id } = await alice.makeRoomWith([bob])
  const slow = openUnread(bob.token)
  const fast = await alice.connect()
  await slow.opened
  const body = '界'.repeat(10_000)
  const COUNT = 1_000
  let last = 0
  for (let sent = 0; sent < COUNT; sent++) {
    const clientId = newClientId()
    const { message } = await sendMessage(core, {
      senderId: alice.id,
      conversationId: id,
      clientId,
      body,
    })
    last = message.seq
  }
  await fast.event(id, last)
  expect(fast.seqs(id)).toHaveLength(COUNT)

  const reading = slow.readUntil('"foreign":[]}')
  let text: string | undefined
  void reading.then((read) => (text = read))
  while (text === undefined) {
    vi.advanceTimersByTime(1_000)
    await new Promise((resolve) => setImmediate(resolve))
  }
  const heads = /\{"type":"heads".*?"foreign":\[\]\}/.exec(text)?.[0] ?? ''
  expect(serverFrame.parse(JSON.parse(heads))).toMatchObject({
    heads: [{ conversationId: id, lastSeq: last }],
  })
  // What it was not sent is in the log.
  const got = text.split('"message.created"').length - 1
  expect(got).toBeLessThan(COUNT)
  const { events } = await bob.ask(endpoints.events, {
    params: { id },
    query: { after: last - 1 },
  })
  expect(events).toMatchObject([{ seq: last }])
  slow.destroy()
  await fast.close()
})

test('many who do not read cost a bounded memory each, and hinder nobody', async () => {
  const [STALLED, ALL, SENT] = [15, 120, 220]
  const { id } = await alice.makeRoom()
  const people = await seedSessions(server, await seedMembers(core, id, ALL))
  const upgrades = watchUpgrades()
  const stalled = people.slice(0, STALLED).map(({ token }) => openUnread(token))
  await Promise.all(stalled.map(({ opened }) => opened))
  upgrades.stop()
  const reading = people.slice(STALLED).map(({ token }) => openUnread(token))
  await Promise.all(reading.map(({ opened }) => opened))
  const fast = await alice.connect()
  const body = '界'.repeat(10_000)
  const last = 1 + SENT
  const arrivals = reading.map((each) => each.skipTo(`"seq":${last},"event"`))
  for (let sent = 0; sent < SENT; sent++)
    await sendMessage(core, {
      senderId: alice.id,
      conversationId: id,
      clientId: newClientId(),
      body,
    })
  await Promise.all([...arrivals, fast.event(id, last)])
  expect(fast.seqs(id)).toHaveLength(SENT)
  const MOST = 1024 * 1024
  const queued = upgrades.sockets.map(({ writableLength }) => writableLength)
  expect(queued).toHaveLength(STALLED)
  // What was sent is several times that.
  for (const bytes of queued) expect(bytes).toBeLessThanOrEqual(MOST)
  expect(Math.max(...queued)).toBeGreaterThan(MOST / 2)
  for (const { destroy } of [...stalled, ...reading]) destroy()
  await fast.close()
})
