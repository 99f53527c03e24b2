import { afterAll, expect, test } from 'vitest'

import { startTestServer } from '../testing/start-test-server.ts'
import { Sweep } from './sweep.ts'

const server = await startTestServer()
const { core } = server.app
afterAll(() => server.stop())

/** Resolves when it has told so many times what it found. */
function sweeps(count: number): Promise<void> {
  return new Promise((resolve) => {
    let left = count
    const leave = core.bus.subscribe(({ type }) => {
      if (type === 'settings') left -= 1
      if (left > 0) return
      leave()
      resolve()
    })
  })
}

// At the pace of a bus that is trusted these would take 20 seconds.
test('a bus that has just come back is not trusted yet', { timeout: 10_000 }, async () => {
  let isBusUp = false
  const sweep = new Sweep(core, { isBusUp: () => isBusUp, isBehind: () => false })
  sweep.start()
  await sweeps(1)
  isBusUp = true
  await sweeps(4)
  await sweep.close()
  expect(server.reports).toEqual([])
})
