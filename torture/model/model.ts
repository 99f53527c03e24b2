/** Many runs of made-up programs. The first that breaks a promise is cut down to what it takes. */
import * as fc from 'fast-check'

import { program, type Program } from './actions.ts'
import { runProgram } from './run.ts'
import { Stage } from './stage.ts'

export interface ModelReport {
  readonly runs: number
  /** Writes that a server said yes to, in all runs. */
  readonly acknowledged: number
  /** Absent when every promise was kept. */
  readonly failure?: ModelFailure
}
interface ModelFailure {
  readonly seed: number
  readonly path: string
  readonly program: Program
  /** What was broken, in sentences. */
  readonly violations: readonly string[]
}

/** @param options `path` replays what a failure named, with its seed */
export async function runModel(options: {
  runs: number
  seed: number
  path?: string | undefined
  onRun?: () => void
}): Promise<ModelReport> {
  const { runs, seed, path, onRun } = options
  const stage = new Stage()
  let acknowledged = 0
  let done = 0
  try {
    const found = await fc.check(
      fc.asyncProperty(program, async (made) => {
        const { violations, history } = await runProgram(stage, made)
        done++
        acknowledged += countAcknowledged(history.entries)
        onRun?.()
        return violations.length === 0
      }),
      { numRuns: runs, seed, ...(path !== undefined && { path }) },
    )
    const made = found.counterexample?.[0]
    if (!found.failed || !made) return { runs: done, acknowledged }
    const failure = {
      seed,
      path: found.counterexamplePath ?? '',
      program: made,
      violations: await explain(stage, made),
    }
    return { runs: done, acknowledged, failure }
  } finally {
    await stage.end()
  }
}

/** The sentences about one program; empty when it breaks nothing. */
export async function explain(stage: Stage, made: Program): Promise<string[]> {
  try {
    const { violations } = await runProgram(stage, made)
    return violations.map(({ invariant, sentence }) => `${invariant}: ${sentence}`)
  } catch (error) {
    return [String(error)]
  }
}

/** How to see a failure again, and how to keep it. */
export function describeFailure({ seed, path, program: made, violations }: ModelFailure): string {
  return [
    ...violations,
    '',
    `Again: MODEL_SEED=${seed} MODEL_PATH=${path} npx vitest run --project torture model/model`,
    'Kept for good as a line of torture/model/found.ts:',
    JSON.stringify(made),
  ].join('\n')
}

function countAcknowledged(entries: readonly { type: string; op?: string }[]): number {
  const writes = entries.flatMap((entry) =>
    entry.type === 'ok' && entry.op?.startsWith('look') === false ? [entry.op] : [],
  )
  return new Set(writes).size
}
