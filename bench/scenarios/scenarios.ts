/** The questions of the benches that have a reference beside them, or another messenger. */
import { measureFanOut } from './fan-out.ts'
import type { Effort, Measured } from './measure.ts'
import { measureMixed } from './mixed.ts'
import { measureOneToOne } from './one-to-one.ts'
import { measureOverload } from './overload.ts'

export interface Scenario {
  readonly name: string
  /** Of those that say in two minutes what a message costs. */
  readonly isQuick: boolean
  measure(effort: Effort): Promise<Measured>
}

export const scenarios: readonly Scenario[] = [
  { name: 'one-to-one', isQuick: true, measure: measureOneToOne },
  { name: 'fan-out', isQuick: true, measure: measureFanOut },
  { name: 'mixed', isQuick: false, measure: measureMixed },
  { name: 'overload', isQuick: true, measure: measureOverload },
]
