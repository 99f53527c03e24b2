/**
 * Counts what a run of tests did, from the JSON reports of vitest and Playwright. Whatever breaks
 * outside a test (a file that does not load, a server that does not start) counts as a failure.
 */
import { readFileSync } from 'node:fs'
import { relative } from 'node:path'

export interface Tally {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
  /** The file and name of each test that failed, and the first line of why: what went wrong may stand far above. */
  readonly wrong: readonly string[]
  /** Names of tests that passed only when tried again. */
  readonly flaky: readonly string[]
}
export const empty: Tally = { passed: 0, failed: 0, skipped: 0, wrong: [], flaky: [] }
export const failures = (failed: number): Tally => ({ ...empty, failed })

export function addTallies(...tallies: Tally[]): Tally {
  return tallies.reduce((sum, each) => ({
    passed: sum.passed + each.passed,
    failed: sum.failed + each.failed,
    skipped: sum.skipped + each.skipped,
    wrong: [...sum.wrong, ...each.wrong],
    flaky: [...sum.flaky, ...each.flaky],
  }))
}

/** @param ok whether the runner itself was content; if not, at least one failure is counted */
export function readVitest(file: string, ok: boolean): Tally {
  return readReport(file, ok, (report) => {
    const files = listAt(report, 'testResults').filter((each) => isFailed(each))
    const broken = files.filter((each) => !listAt(each, 'assertionResults').some(isFailed))
    return {
      passed: numberAt(report, 'numPassedTests'),
      failed: numberAt(report, 'numFailedTests') + broken.length,
      skipped: numberAt(report, 'numPendingTests') + numberAt(report, 'numTodoTests'),
      wrong: files.flatMap(failedTests),
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
      wrong: listAt(report, 'suites').flatMap((suite) => namesOf(suite, 'unexpected')),
      flaky: listAt(report, 'suites').flatMap((suite) => namesOf(suite, 'flaky')),
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

const isFailed = (each: unknown) => field(each, 'status') === 'failed'

/** Of a file that vitest ran. */
function failedTests(file: unknown): string[] {
  const name = relative(process.cwd(), String(field(file, 'name')))
  const tests = listAt(file, 'assertionResults').filter((each) => isFailed(each))
  if (tests.length === 0) return [`${name}: ${firstLine(field(file, 'message'))}`]
  return tests.map((test) => {
    const [why] = listAt(test, 'failureMessages')
    return `${name} › ${String(field(test, 'fullName'))}: ${firstLine(why)}`
  })
}

const firstLine = (text: unknown) => String(text).split('\n', 1)[0] ?? ''

function namesOf(suite: unknown, status: 'flaky' | 'unexpected'): string[] {
  const own = listAt(suite, 'specs')
    .filter((spec) => listAt(spec, 'tests').some((test) => field(test, 'status') === status))
    .map((spec) => String(field(spec, 'title')))
  return [...own, ...listAt(suite, 'suites').flatMap((each) => namesOf(each, status))]
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
