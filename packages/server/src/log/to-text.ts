/** A line of the log as a person at a terminal likes to read it. */
import { stripVTControlCharacters, styleText } from 'node:util'

import { z } from 'zod'

const describedError = z.object({
  stack: z.string().optional(),
  message: z.string(),
  get cause() {
    return describedError.optional()
  },
})
const logLine = z.looseObject({
  level: z.string(),
  time: z.string(),
  pid: z.number(),
  msg: z.string().default(''),
  error: describedError.optional(),
  // The framework's name for it.
  err: describedError.optional(),
})

const colours: Readonly<Record<string, 'red' | 'yellow' | 'gray'>> = {
  error: 'red',
  warn: 'yellow',
  debug: 'gray',
}

export function toText(line: string): string {
  const { level, time, pid: _pid, msg, err, error = err, ...more } = logLine.parse(JSON.parse(line))
  const clock = new Date(time).toTimeString().slice(0, 8)
  const fields = Object.entries(more).map(([name, value]) => `${name}=${write(value)}`)
  const head = stripVTControlCharacters([clock, level.padEnd(5), msg, ...fields].join(' '))
  const colour = colours[level]
  const first = colour ? styleText(colour, head, { stream: process.stderr }) : head
  return `${[first, ...linesOf(error, msg)].join('\n')}\n`
}

const write = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value))

/** @param said what is not to be said again */
function linesOf(error: z.infer<typeof describedError> | undefined, said = ''): string[] {
  if (!error) return []
  const { stack, message, cause } = error
  const text = stripVTControlCharacters(stack ?? message)
  const lines = text === said ? [] : text.split('\n').map((line) => `  ${line}`)
  return [...lines, ...linesOf(cause)]
}
