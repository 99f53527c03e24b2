/** `node bench/growth/run.ts [--quick] [--only NAME,NAME] [--write]`: the growth curves by themselves. */
import { parseArgs } from 'node:util'

import { growthNames, measureGrowth } from './growth.ts'
import { writeGrowth } from './write-growth.ts'

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    write: { type: 'boolean', default: false },
  },
})
const only = values.only?.split(',')
const unknown = only?.find((name) => !growthNames.includes(name))
if (unknown !== undefined)
  throw new Error(`There is no curve "${unknown}", but ${growthNames.join(', ')}.`)

const begun = performance.now()
const report = await measureGrowth({
  quick: values.quick,
  only,
  say: (line) =>
    console.log(`${((performance.now() - begun) / 1_000).toFixed(0).padStart(5)} s  ${line}`),
})
for (const [name, { table }] of report) console.log(`\n${name}\n\n${table}`)
if (values.write) writeGrowth(report)
