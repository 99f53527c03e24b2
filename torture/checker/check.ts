/** The checker: nine promises, and what in a history breaks them. */
import { acknowledgedStays } from './acknowledged.ts'
import { nothingBackwards } from './backwards.ts'
import { allLevel } from './convergence.ts'
import { nothingTwice } from './duplicates.ts'
import type { History } from './history.ts'
import { buildLedger, type Violation } from './ledger.ts'
import { nothingFromOutside } from './membership.ts'
import { oneOrder } from './one-order.ts'
import { nothingFromNowhere } from './phantoms.ts'
import { ordersKept, ownWritesRead } from './who-came-first.ts'

const invariants = [
  acknowledgedStays,
  nothingTwice,
  nothingFromNowhere,
  oneOrder,
  ordersKept,
  ownWritesRead,
  nothingBackwards,
  allLevel,
  nothingFromOutside,
]

/** All that is wrong with a history; empty when every promise was kept. */
export function check(history: History): Violation[] {
  const ledger = buildLedger(history)
  return invariants.flatMap((invariant) => invariant(ledger))
}

/** What a failing test prints. */
export function tell(violations: readonly Violation[]): string {
  return violations.map(({ invariant, sentence }) => `${invariant}: ${sentence}`).join('\n')
}
