/** `node bench/growth/run.ts [--quick] [--only NAME,NAME] [--write]`: the growth curves by themselves. */
import { parseArgs } from 'node:util'

import { growthNames, measureGrowth } from './growth.ts'
import { writeCurve } from './write-curve.ts'

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
await measureGrowth({
  quick: values.quick,
  only,
  say: (line) =>
    console.log(`${((performance.now() - begun) / 1_000).toFixed(0).padStart(5)} s  ${line}`),
  done(name, measured) {
    console.log(`\n${name}\n\n${measured.table}\n`)
    if (values.write) writeCurve(name, measured)
  },
})
