/** The model among the attackers: each of its runs is one attack. */
import type { Attacker } from '../attackers/attacker.ts'
import { describeFailure, runModel } from './model.ts'

export const model: Attacker = {
  name: 'model',
  about: 'made-up programs of people and faults, without a network and in a time of their own',
  size: { test: 2_000, campaign: 500 },
  async run({ seed, attacks, progress }) {
    const report = await runModel({
      runs: attacks,
      seed,
      ...(progress && { onRun: progress }),
    })
    const { runs, acknowledged, failure } = report
    const of = (invariant: string) =>
      failure?.violations.filter((sentence) => sentence.startsWith(invariant)).length ?? 0
    return {
      attacks: runs,
      acknowledged,
      lost: of('I1'),
      duplicated: of('I2'),
      sentences: failure ? [describeFailure(failure)] : [],
      figures: {},
    }
  },
}
