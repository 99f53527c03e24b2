import { expect, test } from 'vitest'

import { describeFailure, runModel } from './model.ts'

const { MODEL_RUNS = '1000', MODEL_SEED = '1', MODEL_PATH } = process.env
const PATIENCE = 60_000 + Number(MODEL_RUNS) * 1_000

// A file of its own, so that both processors have work. Its seed is another one for every seed.
test.skipIf(MODEL_PATH !== undefined)(
  'and as often again',
  async () => {
    const { failure } = await runModel({ runs: Number(MODEL_RUNS), seed: ~Number(MODEL_SEED) })
    expect(failure ? describeFailure(failure) : '').toBe('')
  },
  PATIENCE,
)
