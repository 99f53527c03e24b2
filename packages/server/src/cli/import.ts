/** `roost import`: messages from a file into rooms of their own. */
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'

import { z } from 'zod'

import { importMessages, type Totals } from '../import/import-messages.ts'
import { readJsonLines } from '../import/read-json-lines.ts'
import { defineCommand, type Output } from './command.ts'
import { Refusal, UsageError } from './refusal.ts'

const formats = ['jsonl']
/** Of the lines refused, how many are shown. */
const shown = 20
/** What a shell expects of a command that was ended by Ctrl-C. */
const interrupted = 130

export const importFile = defineCommand({
  name: 'import',
  usage: 'FILE [--format jsonl]',
  about: 'Bring in messages from JSON lines, compressed by gzip or not.',
  request: z.strictObject({ file: z.string() }),
  async read(args) {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { format: { type: 'string', default: 'jsonl' } },
    })
    const [file, ...more] = positionals
    if (file === undefined) throw new UsageError('The file is missing.')
    if (more.length > 0) throw new UsageError('One file at a time.')
    if (!formats.includes(values.format))
      throw new Refusal(`The format ${values.format} is not known: it must be jsonl.`)
    return { file: resolve(file) }
  },
  async run(app, { file }, output) {
    const { lines, totalBytes, readBytes } = await readJsonLines(file)
    const started = performance.now()
    let refused = 0
    const totals = await importMessages(app.core, {
      source: 'jsonl',
      lines,
      signal: output.signal,
      onRefused: (line, reason) => {
        if (refused++ < shown) output.problem(`Line ${line}: ${reason}.`)
      },
      onChunk: (soFar) => {
        const rate = soFar.lines / ((performance.now() - started) / 1_000)
        output.progress({
          done: readBytes(),
          total: totalBytes,
          note: `${count(soFar.lines)} lines, ${count(Math.round(rate))} a second`,
        })
      },
    })
    summarize(totals, output)
    return output.signal.aborted ? interrupted : 0
  },
})

const count = (value: number) => value.toLocaleString('en-US')

function summarize(totals: Totals, output: Output): void {
  const { refused, repeated, unlinked, removed } = totals
  if (refused > shown) output.problem(`… and ${count(refused - shown)} more lines were refused.`)
  if (repeated > 0) output.line(`${count(repeated)} messages were there already.`)
  if (unlinked > 0)
    output.line(`${count(unlinked)} replies answer a message that did not come before them.`)
  if (removed > 0) output.line(`Removed ${count(removed)} control characters.`)
  if (output.signal.aborted) output.line('Stopped. The same command goes on from here.')
  const { messages, authors, rooms, replies } = totals
  output.line(
    `Imported ${count(messages)} messages, ${count(authors)} authors, ${count(rooms)} rooms, ` +
      `${count(replies)} replies, ${count(refused)} refused`,
  )
}
