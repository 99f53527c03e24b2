import * as z from 'zod/mini'

/** Any id the server hands out. */
export const id = z.uuid()

/** The id a client mints for a write, and under which it may repeat it: a UUIDv7. */
export const clientId = z.uuidv7()

/** A place in a conversation's log, counted from 1. 0 stands before the first. */
export const seq = z.int().check(z.positive())
export const seqOrZero = z.int().check(z.nonnegative())

/** Milliseconds since the epoch. A label, never an order. */
export const time = z.int()

/**
 * Mints a UUIDv7: 48 bits of time, then randomness.
 * @param now milliseconds since the epoch
 * @param random a number in [0, 1), as `Math.random`; give one backed by a strong source
 * @see https://www.rfc-editor.org/rfc/rfc9562#name-uuid-version-7
 */
export function uuidv7(now: number, random: () => number): string {
  const bits = (count: number) => Math.floor(random() * 2 ** count)
  const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0')
  const at = hex(now, 12)
  const tail = hex(bits(24), 6) + hex(bits(24), 6)
  return `${at.slice(0, 8)}-${at.slice(8)}-7${hex(bits(12), 3)}-${hex(0x8000 | bits(14), 4)}-${tail}`
}
