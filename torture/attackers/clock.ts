/** The server's wall clock is set forward and back, by an hour and by a day. */
import { rmSync } from 'node:fs'

import type { Attacker } from './attacker.ts'
import { besiege, probe } from './besiege.ts'
import { wait } from './chatter.ts'
import { createShim, hasShim } from './shim/shim.ts'
import { newFolder } from './town.ts'

const HOUR = 3_600_000
const steps = [HOUR, -HOUR, 24 * HOUR, -24 * HOUR]
/** Limits that count time are at work: the usual ones. */
const usual = {
  ROOST_SEND_BURST: '200',
  ROOST_SENDS_PER_SECOND: '20',
  ROOST_REQUESTS_PER_SECOND: '100',
}

export const clock: Attacker = {
  name: 'clock',
  about: "the server's clock steps by an hour or a day, forward or back",
  size: { test: 4, campaign: 24 },
  ...(!hasShim && { lacks: 'LD_PRELOAD' }),
  run(order) {
    const beside = newFolder('shim')
    let attack = 0
    let offset = 0
    return besiege(order, ({ folder }) => {
      const shim = createShim({ folder, beside })
      return {
        env: { ...shim.env, ...usual },
        pause: 80,
        async attack(scene) {
          const step = steps[attack % steps.length] ?? HOUR
          attack += 1
          offset += step
          shim.stepClock(offset)
          const status = await probe(scene, `after a step of ${step} ms`)
          if (status !== 201)
            scene.found.push(`After a step of ${step} ms a send was answered with ${status}.`)
          await wait(200 + scene.chance.below(300))
        },
        calm: async ({ siege, found }) => {
          // Node writes the same date into all answers of a second.
          await wait(1_100)
          const told = await readTime(siege.url)
          if (Math.abs(told - Date.now() - offset) > 60_000)
            found.push(
              `The server's clock was to be off by ${offset} ms, and is off by ${told - Date.now()} ms.`,
            )
        },
        close: () => shim.close(),
      }
    }).finally(() => rmSync(beside, { recursive: true, force: true }))
  },
}

/** What the server believes: an attack that did not reach it would prove nothing. */
async function readTime(url: string): Promise<number> {
  const response = await fetch(`${url}/healthz`)
  await response.arrayBuffer()
  return Date.parse(response.headers.get('date') ?? '')
}
