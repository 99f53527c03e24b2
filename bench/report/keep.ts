/** Keeps what was measured: pictures and all figures in docs/performance/, the table in the text. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { availableParallelism, totalmem } from 'node:os'
import { join } from 'node:path'

import type { Measured } from '../question.ts'
import { fillIn } from './document.ts'

const docs = join(import.meta.dirname, '../../docs')
const folder = join(docs, 'performance')

export function keep(name: string, { pictures, table, figures }: Measured): void {
  mkdirSync(folder, { recursive: true })
  for (const picture of pictures) writeFileSync(join(folder, `${picture.name}.svg`), picture.svg)
  const kept = { measured: new Date().toISOString().slice(0, 10), machine, figures }
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(kept, undefined, 2)}\n`)
  fillIn(join(docs, 'performance.md'), name, table)
}

const machine = {
  cores: availableParallelism(),
  memoryBytes: totalmem(),
  node: process.version,
}
