/** The questions of the benches that have a reference beside them, or another messenger. */
import { measureFanOut } from './fan-out.ts'
import type { Effort, Measured } from './measure.ts'
import { measureMixed } from './mixed.ts'
import { measureOneToOne } from './one-to-one.ts'

export interface Scenario {
  readonly name: string
  measure(effort: Effort): Promise<Measured>
}

export const scenarios: readonly Scenario[] = [
  { name: 'one-to-one', measure: measureOneToOne },
  { name: 'fan-out', measure: measureFanOut },
  { name: 'mixed', measure: measureMixed },
]
