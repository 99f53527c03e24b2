/**
 * Counts what a run of tests did, from the JSON reports of vitest and Playwright. Whatever breaks
 * outside a test (a file that does not load, a server that does not start) counts as a failure.
 */
import { readFileSync } from 'node:fs'

export interface Tally {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
  /** Names of tests that passed only when tried again. */
  readonly flaky: readonly string[]
}
export const empty: Tally = { passed: 0, failed: 0, skipped: 0, flaky: [] }
export const failures = (failed: number): Tally => ({ ...empty, failed })

export function addTallies(...tallies: Tally[]): Tally {
  return tallies.reduce((sum, each) => ({
    passed: sum.passed + each.passed,
    failed: sum.failed + each.failed,
    skipped: sum.skipped + each.skipped,
    flaky: [...sum.flaky, ...each.flaky],
  }))
}

/** @param ok whether the runner itself was content; if not, at least one failure is counted */
export function readVitest(file: string, ok: boolean): Tally {
  return readReport(file, ok, (report) => {
    const broken = listAt(report, 'testResults').filter(
      (each) =>
        field(each, 'status') === 'failed' &&
        !listAt(each, 'assertionResults').some((test) => field(test, 'status') === 'failed'),
    ).length
    return {
      passed: numberAt(report, 'numPassedTests'),
      failed: numberAt(report, 'numFailedTests') + broken,
      skipped: numberAt(report, 'numPendingTests') + numberAt(report, 'numTodoTests'),
      flaky: [],
    }
  })
}

export function readPlaywright(file: string, ok: boolean): Tally {
  return readReport(file, ok, (report) => {
    const stats = field(report, 'stats')
    return {
      passed: numberAt(stats, 'expected') + numberAt(stats, 'flaky'),
      failed: numberAt(stats, 'unexpected') + listAt(report, 'errors').length,
      skipped: numberAt(stats, 'skipped'),
      flaky: listAt(report, 'suites').flatMap(flakyTests),
    }
  })
}

/** A report that is missing, cut off or of another shape is a failure like any other. */
function readReport(file: string, ok: boolean, read: (report: unknown) => Tally): Tally {
  try {
    const tally = read(JSON.parse(readFileSync(file, 'utf8')))
    return ok ? tally : { ...tally, failed: Math.max(1, tally.failed) }
  } catch (error) {
    console.error(`${file}: ${error instanceof Error ? error.message : String(error)}`)
    return failures(1)
  }
}

function flakyTests(suite: unknown): string[] {
  const own = listAt(suite, 'specs')
    .filter((spec) => listAt(spec, 'tests').some((test) => field(test, 'status') === 'flaky'))
    .map((spec) => String(field(spec, 'title')))
  return [...own, ...listAt(suite, 'suites').flatMap(flakyTests)]
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? (value as Record<string, unknown>)[name]
    : undefined
}

function listAt(value: unknown, name: string): unknown[] {
  const list = field(value, name)
  return Array.isArray(list) ? list : []
}

function numberAt(value: unknown, name: string): number {
  const count = field(value, name)
  if (typeof count !== 'number') throw new Error(`The test report has no number "${name}".`)
  return count
}
