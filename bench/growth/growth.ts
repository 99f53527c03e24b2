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

/** @param only the curves to measure; all, if it is left out */
export async function measureGrowth({
  only = growthNames,
  ...effort
}: Effort & { only?: readonly string[] | undefined }): Promise<GrowthReport> {
  const report = new Map<string, Measured>()
  for (const curve of curves)
    if (only.includes(curve.name)) report.set(curve.name, await curve.measure(effort))
  return report
}
