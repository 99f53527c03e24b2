import { afterAll, expect, test } from 'vitest'

import { found } from './found.ts'
import { describeFailure, explain, runModel } from './model.ts'
import { Stage } from './stage.ts'

const { MODEL_RUNS = '1000', MODEL_SEED = '1', MODEL_PATH } = process.env
const PATIENCE = 60_000 + Number(MODEL_RUNS) * 1_000

const stage = new Stage()
afterAll(() => stage.end())

test.each(found)('what was found once stays mended: $title', async ({ program }) => {
  expect(await explain(stage, program)).toEqual([])
})

test(
  'whatever people do and whatever befalls them, every promise is kept',
  async () => {
    const { failure } = await runModel({
      runs: Number(MODEL_RUNS),
      seed: Number(MODEL_SEED),
      path: MODEL_PATH,
    })
    expect(failure ? describeFailure(failure) : '').toBe('')
  },
  PATIENCE,
)
