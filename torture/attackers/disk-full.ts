/** The data folder takes no more, or its disk fails: what cannot be kept is refused and said to be. */
import { rmSync } from 'node:fs'

import type { Attacker } from './attacker.ts'
import { besiege, probe, type Scene } from './besiege.ts'
import { wait } from './chatter.ts'
import { createShim, hasShim, type Fault } from './shim/shim.ts'
import { newFolder } from './town.ts'

export const diskFull: Attacker = {
  name: 'disk-full',
  about: 'the disk is full or fails to write, sync or read, and then has room again',
  size: { test: 5, campaign: 40 },
  ...(!hasShim && { lacks: 'LD_PRELOAD' }),
  run(order) {
    const beside = newFolder('shim')
    let attack = 0
    return besiege(order, ({ folder }) => {
      const shim = createShim({ folder, beside })
      let refused = 0
      return {
        env: shim.env,
        async attack(scene) {
          const fault = faults[attack % faults.length]
          attack += 1
          if (!fault) throw new Error('There is no fault.')
          shim.refuse(fault)
          const over = performance.now() + 200 + scene.chance.below(300)
          while (performance.now() < over) {
            const status = await probe(scene, `trouble ${attack} ${performance.now()}`)
            if (status === 503) refused += 1
            else if (status !== 200 && status !== 201 && status !== 0)
              scene.found.push(
                `With ${fault.what} refused (${fault.error}), a send was answered with ${status}.`,
              )
            await wait(10)
          }
          shim.refuse(null)
          await recover(scene, fault)
          scene.figures['sends refused with 503'] = `${refused}`
          scene.figures['calls of the system refused'] = `${shim.refused()}`
        },
        calm: ({ found }) => {
          if (refused === 0) found.push('The disk was full, and nobody was refused.')
        },
        close: () => shim.close(),
      }
    }).finally(() => rmSync(beside, { recursive: true, force: true }))
  },
}

const faults: readonly Fault[] = [
  { what: 'growing', error: 'ENOSPC' },
  { what: 'writing', error: 'ENOSPC' },
  { what: 'writing', error: 'EIO', every: 3 },
  { what: 'syncing', error: 'EIO' },
  { what: 'reading', error: 'EIO', every: 2 },
]

/** With room again it goes on by itself. */
async function recover(scene: Scene, { what, error }: Fault): Promise<void> {
  const until = performance.now() + 15_000
  let status = 0
  while (performance.now() < until) {
    status = await probe(scene, `after ${what} ${error} ${performance.now()}`)
    if (status === 201) return
    await wait(100)
  }
  scene.found.push(`Long after ${what} failed with ${error}, a send is answered with ${status}.`)
}
