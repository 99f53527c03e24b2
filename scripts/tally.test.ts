import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, describe, expect, test } from 'vitest'

import { addTallies, failures, readPlaywright, readVitest } from './tally.ts'

const folder = mkdtempSync(join(tmpdir(), 'roost-tally-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function report(content: unknown): string {
  const file = join(folder, 'report.json')
  writeFileSync(file, JSON.stringify(content))
  return file
}
const file = (status: string, ...tests: string[]) => ({
  name: join(process.cwd(), 'src/chat.test.ts'),
  status,
  message: 'does not load\nat …',
  assertionResults: tests.map((each) => ({
    status: each,
    fullName: `talk ${each}`,
    failureMessages: ['AssertionError: two is not three\nat …'],
  })),
})
const unit = (testResults: unknown[], numFailedTests = 0) =>
  report({ numPassedTests: 5, numFailedTests, numPendingTests: 1, numTodoTests: 2, testResults })
const browser = (stats: object, errors: unknown[] = [], suites: unknown[] = []) =>
  report({ stats: { expected: 4, unexpected: 0, flaky: 0, skipped: 1, ...stats }, errors, suites })

describe('vitest', () => {
  test('passed, failed, skipped and todo', () => {
    expect(readVitest(unit([file('failed', 'passed', 'failed')], 1), false)).toEqual({
      passed: 5,
      failed: 1,
      skipped: 3,
      wrong: ['src/chat.test.ts › talk failed: AssertionError: two is not three'],
      flaky: [],
    })
  })
  test('a file that fails without a failed test is a failure', () => {
    const tally = readVitest(unit([file('failed'), file('failed', 'passed')]), false)
    expect(tally.failed).toBe(2)
    expect(tally.wrong[0]).toBe('src/chat.test.ts: does not load')
  })
  test('a runner that exits badly after green tests is a failure', () => {
    expect(readVitest(unit([file('passed', 'passed')]), false).failed).toBe(1)
    expect(readVitest(unit([file('passed', 'passed')]), true).failed).toBe(0)
  })
  test('a report that is missing or of another shape is a failure', () => {
    expect(readVitest(join(folder, 'missing.json'), true).failed).toBe(1)
    expect(readVitest(report({}), true).failed).toBe(1)
  })
})

describe('playwright', () => {
  test('flaky tests pass, and they and those that fail are named', () => {
    const specs = [
      { title: 'talk', tests: [{ status: 'flaky' }] },
      { title: 'listen', tests: [{ status: 'unexpected' }] },
      { title: 'think', tests: [{ status: 'expected' }] },
    ]
    const suites = [{ specs: [], suites: [{ specs }] }]
    expect(readPlaywright(browser({ flaky: 1, unexpected: 1 }, [], suites), false)).toEqual({
      passed: 5,
      failed: 1,
      skipped: 1,
      wrong: ['listen'],
      flaky: ['talk'],
    })
  })
  test('an error outside the tests, such as a server that does not start, is a failure', () => {
    expect(readPlaywright(browser({}, [{ message: 'no server' }]), false).failed).toBe(1)
  })
  test('a runner that exits badly is a failure', () => {
    expect(readPlaywright(browser({}), false).failed).toBe(1)
    expect(readPlaywright(browser({ unexpected: 3 }), false).failed).toBe(3)
  })
})

test('tallies add up', () => {
  expect(addTallies(readPlaywright(browser({}), true), failures(2))).toEqual({
    passed: 4,
    failed: 2,
    skipped: 1,
    wrong: [],
    flaky: [],
  })
})
