/** `measureGrowth`: everything that grows with a server, each a curve on a server of its own. */
import type { Curve, Effort, Measured } from './curve.ts'
import { members } from './members.ts'
import { messagesOnPostgres, messagesOnSqlite } from './messages.ts'
import { search } from './search.ts'
import { sockets } from './sockets.ts'
import { start } from './start.ts'

/** By their names. */
export type GrowthReport = ReadonlyMap<string, Measured>

const curves: readonly Curve[] = [
  messagesOnSqlite,
  messagesOnPostgres,
  search,
  members,
  sockets,
  start,
]

export const growthNames = curves.map(({ name }) => name)

interface Wishes extends Effort {
  /** The curves to measure; all, if it is left out. */
  readonly only?: readonly string[] | undefined
  /** Told of each curve as soon as it is there. */
  readonly done?: (name: string, measured: Measured) => void
}

export async function measureGrowth(wishes: Wishes): Promise<GrowthReport> {
  const { only = growthNames, done } = wishes
  const report = new Map<string, Measured>()
  for (const curve of curves) {
    if (!only.includes(curve.name)) continue
    const measured = await curve.measure(wishes)
    report.set(curve.name, measured)
    done?.(curve.name, measured)
  }
  return report
}
