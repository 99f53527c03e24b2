/** Two processes that share everything, behind a real nginx, as people meet them. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { closeCodes, endpoints } from '@roost/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { hasNginx, startNginx, type Nginx } from '../testing/nginx.ts'
import { closeAll, newClientId, Person } from '../testing/person.ts'
import { shareProcesses } from '../testing/share-processes.ts'
import { startTestServer, type TestServer } from '../testing/start-test-server.ts'
import type { TestSocket } from '../testing/test-socket.ts'

describe.skipIf(!hasNginx)('two processes behind nginx', async () => {
  const { servers, redis, ...people } = await shareProcesses(1, ['alice', 'bob'])
  const folder = mkdtempSync(join(tmpdir(), 'roost-process-'))
  let both: TestServer[]
  let nginx: Nginx
  let alice: Person
  let bob: Person
  beforeAll(async () => {
    const [first] = servers
    const config = { databaseUrl: first?.databaseUrl, redisUrl: redis.url }
    both = [...servers, await startTestServer({ folder, config })]
    nginx = await startNginx(both.map(({ url }) => url))
    alice = new Person(nginx, people.alice)
    bob = new Person(nginx, people.bob)
  })
  afterAll(async () => {
    await nginx.stop()
    rmSync(folder, { recursive: true })
  })
  const opened = () => both.map(({ app }) => app.administration.openSockets())
  const connect = async (count: number) => {
    const sockets: TestSocket[] = []
    while (sockets.length < count) sockets.push(await bob.connect())
    return sockets
  }

  test('share the sockets among them, and each hears what either stores', async () => {
    const sockets = await connect(6)
    for (const count of opened()) expect(count).toBeGreaterThanOrEqual(2)
    const { id } = await alice.openDirect(bob)
    const sent = []
    for (let time = 0; time < 10; time++) sent.push(await alice.send(id, `number ${time}`))
    for (const socket of sockets) for (const { seq } of sent) await socket.event(id, seq)
    for (const socket of sockets) {
      expect(socket.seqs(id)).toEqual(sent.map(({ seq }) => seq))
      await socket.close()
    }
  })

  test('one stops while people write: they go on with the other, and nothing is lost or doubled', async () => {
    const { id } = await alice.openDirect(bob)
    // Those of the test before have gone, as far as the servers know; nginx may learn it later.
    await expect.poll(opened).toEqual([0, 0])
    const sockets = await connect(4)
    while (opened().includes(0)) sockets.push(await bob.connect())
    const acknowledged: string[] = []
    let isOver = false
    const write = async () => {
      while (!isOver) {
        const clientId = newClientId()
        const send = { params: { id }, body: { clientId, body: 'on we go' } }
        // As an app does: the same again, until there is an answer.
        while ((await alice.request(endpoints.sendMessage, send)).status > 201);
        acknowledged.push(clientId)
      }
    }
    const writing = Promise.all([write(), write(), write()])
    const some = async () => {
      const known = acknowledged.length
      await expect.poll(() => acknowledged.length).toBeGreaterThan(known + 3)
    }
    await some()
    const gone = new Map<TestSocket, number>()
    for (const socket of sockets) void socket.closed.then(({ code }) => gone.set(socket, code))
    const [, count = 0] = opened()
    await both[1]?.stop()
    await expect.poll(() => [...gone.values()]).toEqual(Array(count).fill(closeCodes.draining))
    const back = await connect(count)
    await some()
    isOver = true
    await writing
    const { seq } = await alice.send(id, 'the last')
    const left = [...sockets.filter((each) => !gone.has(each)), ...back]
    for (const socket of left) await socket.event(id, seq)
    await closeAll(...left)
    const stored: string[] = []
    for (let after = 0; ;) {
      const { events } = await alice.ask(endpoints.events, { params: { id }, query: { after } })
      if (events.length === 0) break
      stored.push(...events.map(({ event }) => event.id))
      after = events.at(-1)?.seq ?? after
    }
    expect(new Set(stored).size).toBe(stored.length)
    expect(acknowledged.filter((each) => !stored.includes(each))).toEqual([])
  })
})
