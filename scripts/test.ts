/**
 * `npm test`: installs what the machine lacks, runs every check and suite, and closes with one line.
 * `-- --only types|lint|unit|e2e` runs a part.
 */
import { rmSync } from 'node:fs'

import { runQuietly, runShowing } from './run-step.ts'
import { installMissing } from './system-packages.ts'
import { addTallies, empty, failures, readPlaywright, readVitest, type Tally } from './tally.ts'

const parts = ['types', 'lint', 'unit', 'e2e']
const results = 'test-results'

const only = chosenPart()
const wants = (part: string) => only === undefined || only === part

installMissing({ journeys: wants('e2e'), faults: wants('unit') })
rmSync(results, { recursive: true, force: true })

const [checks, build] = await Promise.all([runChecks(), wants('e2e') ? check('build') : empty])
const unit = wants('unit') ? await runUnit() : empty
const journeys = wants('e2e') && build.failed === 0 ? await runJourneys() : empty
const total = addTallies(checks, build, unit, journeys)

for (const name of total.wrong) console.log(`failed: ${name}`)
for (const name of total.flaky) console.log(`flaky: ${name}`)
console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`)
process.exitCode = total.failed === 0 ? 0 : 1

function chosenPart(): string | undefined {
  const [flag, part, ...rest] = process.argv.slice(2)
  if (flag === undefined) return undefined
  if (flag === '--only' && part !== undefined && parts.includes(part) && rest.length === 0)
    return part
  console.error(`Usage: npm test [-- --only ${parts.join('|')}]`)
  process.exit(2)
}

/** One after the other: on two cores they share the machine with the build already. */
async function runChecks(): Promise<Tally> {
  const scripts = [...(wants('types') ? ['types'] : []), ...(wants('lint') ? ['lint', 'knip'] : [])]
  let tally = empty
  for (const script of scripts) tally = addTallies(tally, await check(script))
  return tally
}

/** A check has no tests to count: it adds nothing, or one failure. */
async function check(script: string): Promise<Tally> {
  return failures((await runQuietly(script, 'npm', ['run', '-s', script])) ? 0 : 1)
}

async function runUnit(): Promise<Tally> {
  const ok = await runShowing('unit', 'vitest', ['run'])
  return readVitest(`${results}/vitest.json`, ok)
}

async function runJourneys(): Promise<Tally> {
  const ok = await runShowing('journeys', 'playwright', ['test', '-c', 'e2e'])
  return readPlaywright(`${results}/playwright.json`, ok)
}
