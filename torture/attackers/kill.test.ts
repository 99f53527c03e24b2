import { expect, test } from 'vitest'

import { kill } from './kill.ts'

const PATIENCE = 240_000

test(
  'the server is killed twenty times, and nothing acknowledged is lost or there twice',
  async () => {
    const outcome = await kill.run({ seed: 1, attacks: kill.size.test })
    expect(outcome.sentences).toEqual([])
    expect(outcome.acknowledged).toBeGreaterThan(100)
  },
  PATIENCE,
)
