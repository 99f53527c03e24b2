import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, test } from 'vitest'

import { startTestServer } from '../../packages/server/src/testing/start-test-server.ts'
import { makeAbsence } from '../roost/absence.ts'
import { openPool } from '../roost/client.ts'
import { comeBack } from '../roost/device.ts'
import { describe } from './catch-up.ts'

let folder: string
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'roost-absence-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('a device that comes back gets all that it missed, and no more', async () => {
  const absence = await makeAbsence({ folder }, 12)
  const server = await startTestServer({ folder })
  const place = { url: server.url, pool: openPool(server.url) }
  const events: number[] = []
  // What fits into one answer, what does not, and nothing.
  for (const missed of [20, 2_000, 0]) {
    const [alice] = absence.devices(missed)
    if (!alice) throw new Error('Nobody was away.')
    const back = await comeBack(place, alice)
    events.push(back.events)
    await back.close()
  }
  expect(events).toEqual([20, 2_000, 0])
  await place.pool.destroy()
  await server.stop()
})

test('each is compared with the Roost of the same round, for as much that was missed', () => {
  const level = { p50: 1, p99: 2, max: 3, count: 4 }
  const one = (system: string, missed: number, perSecond: number) => ({
    system,
    missed,
    perSecond,
    level,
    cpu: 5,
    refusals: 0,
  })
  const { table } = describe([
    one('Roost', 20, 100),
    one('raw', 20, 200),
    one('Roost', 20, 300),
    one('raw', 20, 100),
  ])
  expect(table.split('\n').map((row) => row.split('|').at(-2)?.trim())).toEqual([
    'Roost does so many times that',
    expect.anything(),
    '1',
    '1.75 (0.500–3)',
  ])
})
