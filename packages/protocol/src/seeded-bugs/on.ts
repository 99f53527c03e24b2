/**
 * In builds for fault tests, which resolve this package under the condition `seeded-bugs`. A bug is on
 * while a test has sown it, or for all of a process that finds it in `ROOST_SEEDED_BUG`.
 */
import type { Seeded, SeededBug } from './bugs.ts'

export type { SeededBug } from './bugs.ts'

interface World {
  readonly process?: { readonly env: Readonly<Record<string, string | undefined>> }
}

let sown = (globalThis as World).process?.env['ROOST_SEEDED_BUG']

export const seeded: Seeded = (bug) => bug === sown

/** Switches one bug on, and any other off; null for none. */
export function sow(bug: SeededBug | null): void {
  sown = bug ?? undefined
}
