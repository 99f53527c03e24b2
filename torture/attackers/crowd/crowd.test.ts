import { expect, test } from 'vitest'

import { stalled } from './stalled.ts'
import { storm } from './storm.ts'

const PATIENCE = 180_000

test.each([storm, stalled])(
  '$name: $about',
  async (attacker) => {
    const { sentences } = await attacker.run({ seed: 1, attacks: attacker.size.test })
    expect(sentences).toEqual([])
  },
  PATIENCE,
)
