import { expect, test } from 'vitest'

import { clock } from './clock.ts'
import { diskFull } from './disk-full.ts'
import { powerLoss } from './power-loss/power-loss.ts'

const PATIENCE = 180_000

test.each([powerLoss, diskFull, clock])(
  '$name: $about',
  async (attacker) => {
    if (attacker.lacks) return
    const outcome = await attacker.run({ seed: 1, attacks: attacker.size.test })
    expect(outcome.sentences).toEqual([])
    expect(outcome.acknowledged).toBeGreaterThan(20)
  },
  PATIENCE,
)
