import { endpoints } from '@roost/protocol'
import { expect, test, vi } from 'vitest'

import { runMove } from '../testing/move-places.ts'
import { newClientId, Person } from '../testing/person.ts'
import { shareProcesses } from '../testing/share-processes.ts'
import { startTestServer } from '../testing/start-test-server.ts'

// They do much, on a machine that may have other things to do.
vi.setConfig({ testTimeout: 60_000 })

const processes = await shareProcesses(2, ['alice'])
const { alice } = processes
const [one, other] = processes.servers

test('what other processes acknowledge goes along, and after it they answer nothing', async () => {
  if (!one || !other) throw new Error('There are not two of them.')
  const { id } = await alice.makeRoom()
  const said: string[] = []
  /** Through the process that knows nothing of a move. */
  const writing = (async () => {
    for (;;) {
      const clientId = newClientId()
      const answer = await processes.at(alice, 1).request(endpoints.sendMessage, {
        params: { id },
        body: { clientId, body: 'said elsewhere' },
      })
      if (answer.status === 503) return
      expect(answer.status).toBe(201)
      said.push(clientId)
    }
  })()
  await runMove(one, 'sqlite')
  await writing
  const reading = await processes.at(alice, 1).request(endpoints.conversations)
  expect(reading.status).toBe(503)

  const config = { databaseUrl: undefined }
  const there = await startTestServer({ folder: one.folder, empty: true, config })
  const rows = await there.app.core.database.read((db) =>
    db.selectFrom('messages').select('id').where('body', '=', 'said elsewhere').execute(),
  )
  expect(said.length).toBeGreaterThan(5)
  expect(rows.map((row) => row.id).toSorted()).toEqual(said.toSorted())
  await new Person(there, alice).send(id, 'and goes on')
  await there.stop()
})
