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
  status,
  assertionResults: tests.map((each) => ({ status: each })),
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
      flaky: [],
    })
  })
  test('a file that fails without a failed test is a failure', () => {
    expect(readVitest(unit([file('failed'), file('failed', 'passed')]), false).failed).toBe(2)
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
  test('flaky tests pass and are named', () => {
    const suites = [
      { specs: [], suites: [{ specs: [{ title: 'talk', tests: [{ status: 'flaky' }] }] }] },
    ]
    expect(readPlaywright(browser({ flaky: 1 }, [], suites), true)).toEqual({
      passed: 5,
      failed: 0,
      skipped: 1,
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
    flaky: [],
  })
})
