/**
 * `npm run bench [-- --quick] [--only NAME,NAME] [--previous FOLDER] [--write]`: how fast Roost is,
 * beside the least that the same work costs, an earlier release in its own folder, and other messengers,
 * and what grows with it. `--write` keeps the figures in docs/performance.md.
 */
import { parseArgs } from 'node:util'

import { questions, quickNames } from './questions.ts'
import { keep } from './report/keep.ts'
import { roostIn } from './roost/roost.ts'

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    previous: { type: 'string' },
    write: { type: 'boolean', default: false },
  },
})
const names = questions.map(({ name }) => name)
const chosen = values.only?.split(',') ?? (values.quick ? quickNames : names)
const unknown = chosen.find((name) => !names.includes(name))
if (unknown !== undefined)
  throw new Error(`There is no "${unknown}" to measure, but ${names.join(', ')}.`)

// What was started ends with this process, and what it left on the disk goes.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(130))

const begun = performance.now()
const say = (line: string) =>
  console.log(`${((performance.now() - begun) / 1_000).toFixed(0).padStart(5)} s  ${line}`)
const { quick, write } = values
const previous = values.previous === undefined ? undefined : roostIn(values.previous)

for (const question of questions) {
  const { name } = question
  if (!chosen.includes(name)) continue
  const measured = await question.measure({ quick, say, previous })
  console.log(`\n${name}\n\n${measured.table}\n`)
  if (write) keep(name, measured)
}
// Clients that were cut off may still wait for an answer.
process.exit()
