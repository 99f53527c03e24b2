/** Arguments that many commands take, read alike. */
import { parseArgs } from 'node:util'

import { id } from '@roost/protocol'

import { Refusal, UsageError } from './refusal.ts'

/** Options that take a value, and those that are there or not. */
export interface Options {
  readonly values?: readonly string[]
  readonly flags?: readonly string[]
}

export interface Arguments {
  /** The words that are no options. */
  readonly words: readonly string[]
  value(name: string): string | undefined
  has(name: string): boolean
}

/** @param names what the words stand for: there must be one of each */
export function readArguments(
  args: string[],
  names: readonly string[],
  { values = [], flags = [] }: Options = {},
): Arguments {
  const option = (type: 'string' | 'boolean') => (name: string) => [name, { type }] as const
  const parsed = parseArgs({
    args,
    allowPositionals: true,
    options: Object.fromEntries([...values.map(option('string')), ...flags.map(option('boolean'))]),
  })
  const words = parsed.positionals
  const missing = names[words.length]
  if (missing !== undefined) throw new UsageError(`${missing} is missing.`)
  const surplus = words[names.length]
  if (surplus !== undefined) throw new UsageError(`"${surplus}" is one word too many.`)
  return {
    words,
    value(name) {
      const value = parsed.values[name]
      return typeof value === 'string' ? value : undefined
    },
    has: (name) => parsed.values[name] === true,
  }
}

/** A whole number from 1, as an option gives it. */
export function readCount(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (!/^[1-9]\d{0,6}$/.test(text))
    throw new UsageError(`--${option} must be a whole number from 1, not "${text}".`)
  return Number(text)
}

const units = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** A time such as 30m, 12h or 7d, in milliseconds. */
export function readDuration(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const [, count, unit] = /^(\d{1,6})([mhd])$/.exec(text) ?? []
  if (count === undefined || unit === undefined)
    throw new UsageError(`--${option} must be a time such as 30m, 12h or 7d, not "${text}".`)
  return Number(count) * units[unit as keyof typeof units]
}

/** @param what it is the id of, such as `a room` */
export function readId(what: string, text: string | undefined): string {
  const parsed = id.safeParse(text)
  if (!parsed.success) throw new Refusal(`"${text}" is not the ID of ${what}.`)
  return parsed.data
}
