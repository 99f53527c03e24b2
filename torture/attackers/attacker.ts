/** What every attacker looks like from outside, and how its run is judged. */
import { check } from '../checker/check.ts'
import type { History } from '../checker/history.ts'

export interface Attacker {
  readonly name: string
  /** What an attack is, in a few words. */
  readonly about: string
  /** How many attacks a run in `npm test` makes, and one of a long campaign. */
  readonly size: { readonly test: number; readonly campaign: number }
  /** Why it cannot run on this machine. */
  readonly lacks?: string
  /** Makes `attacks` attacks on one town. All that it chooses comes from the seed. */
  run(order: Order): Promise<Outcome>
}

export interface Order {
  readonly seed: number
  readonly attacks: number
  /** Told after each attack. */
  readonly progress?: () => void
  /** A seeded bug to switch on in the server and in the SDK: something is to be found. */
  readonly bug?: string
}

export interface Outcome {
  readonly attacks: number
  /** Writes that the server said yes to. */
  readonly acknowledged: number
  readonly lost: number
  readonly duplicated: number
  /** All that is wrong, the lost and the duplicated included. */
  readonly sentences: readonly string[]
  /** What was measured on the way. */
  readonly figures: Readonly<Record<string, string>>
}

/** @param found what the attacker itself saw to be wrong, beside what the history tells */
export function judge(
  history: History,
  {
    attacks,
    found = [],
    figures = {},
  }: { attacks: number; found?: readonly string[]; figures?: Record<string, string> },
): Outcome {
  const violations = check(history)
  const of = (name: string) => violations.filter(({ invariant }) => invariant === name).length
  const acknowledged = new Set(
    history.entries.flatMap((entry) => (entry.type === 'ok' ? [entry.op] : [])),
  )
  return {
    attacks,
    acknowledged: acknowledged.size,
    lost: of('I1'),
    duplicated: of('I2'),
    sentences: [
      ...violations.map(({ invariant, sentence }) => `${invariant}: ${sentence}`),
      ...found,
    ],
    figures,
  }
}

export const nothing: Outcome = {
  attacks: 0,
  acknowledged: 0,
  lost: 0,
  duplicated: 0,
  sentences: [],
  figures: {},
}

/** Figures are those of the last one: where one run matters more than another, it says so itself. */
export function addOutcomes(a: Outcome, b: Outcome): Outcome {
  return {
    attacks: a.attacks + b.attacks,
    acknowledged: a.acknowledged + b.acknowledged,
    lost: a.lost + b.lost,
    duplicated: a.duplicated + b.duplicated,
    sentences: [...a.sentences, ...b.sentences],
    figures: { ...a.figures, ...b.figures },
  }
}
