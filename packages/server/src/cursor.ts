/** Places in paged lists, and the pattern their searches use. */
import { AppError } from './errors.ts'

/** A LIKE pattern for anything that contains the words as typed. */
export function contains(text: string): string {
  return `%${text.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`
}

/** A place in a list ordered by a text and then an id. Opaque to clients. */
export function toCursor(key: string | number, id: string): string {
  return Buffer.from(JSON.stringify([key, id])).toString('base64url')
}

export function parseCursor(cursor: string): { key: string; id: string } {
  const refuse = () =>
    new AppError('bad_request', 'This cursor is not one of ours. Start without one.', {
      field: 'cursor',
    })
  let parts: unknown
  try {
    parts = JSON.parse(Buffer.from(cursor, 'base64url').toString())
  } catch {
    throw refuse()
  }
  if (!Array.isArray(parts) || parts.length !== 2) throw refuse()
  const [key, id] = parts as [unknown, unknown]
  if ((typeof key !== 'string' && typeof key !== 'number') || typeof id !== 'string') throw refuse()
  return { key: String(key), id }
}
