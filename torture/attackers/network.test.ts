import { expect, test } from 'vitest'

import { frames } from './frames.ts'
import { network } from './network.ts'
import { offline } from './offline.ts'

const PATIENCE = 120_000

test.each([network, frames, offline])(
  '$name: $about',
  async (attacker) => {
    const outcome = await attacker.run({ seed: 1, attacks: attacker.size.test })
    expect(outcome.sentences).toEqual([])
    expect(outcome.acknowledged).toBeGreaterThan(20)
  },
  PATIENCE,
)
