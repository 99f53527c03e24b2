/** Keeps what was measured in docs/performance/: the pictures, and all figures as JSON. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, totalmem } from 'node:os'
import { join } from 'node:path'

import type { Measured } from './curve.ts'

const folder = join(import.meta.dirname, '../../docs/performance')

export function writeCurve(name: string, { pictures, table, figures }: Measured): void {
  mkdirSync(folder, { recursive: true })
  for (const picture of pictures)
    writeFileSync(join(folder, `growth-${picture.name}.svg`), picture.svg)
  writeFileSync(join(folder, `growth-${name}.md`), `${table}\n`)
  const kept = { measured: new Date().toISOString().slice(0, 10), machine, figures }
  writeFileSync(join(folder, `growth-${name}.json`), `${JSON.stringify(kept, undefined, 2)}\n`)
}

const machine = {
  cores: availableParallelism(),
  processor: cpus()[0]?.model ?? 'unknown',
  memoryBytes: totalmem(),
  node: process.version,
}
