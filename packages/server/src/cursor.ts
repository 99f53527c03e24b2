/** Places in paged lists, and the pattern their searches use. */
import { AppError } from './errors.ts'

/** A LIKE pattern for anything that contains the words as typed. */
export function contains(text: string): string {
  return `%${text.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`
}

/** A place in a list ordered by texts or numbers and then an id. Opaque to clients. */
export function toCursor(...keys: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(keys)).toString('base64url')
}

/** A page of a list of which one row more was read, and where the next one begins, if there is one. */
export function toPage<Row>(
  read: readonly Row[],
  limit: number,
  placeOf: (last: Row) => readonly (string | number)[],
): { rows: Row[]; nextCursor?: string } {
  const rows = read.slice(0, limit)
  const last = rows.at(-1)
  return { rows, ...(read.length > limit && last && { nextCursor: toCursor(...placeOf(last)) }) }
}

/** A place in a list ordered by one key and then an id. */
export function parseCursor(cursor: string): { key: string; id: string } {
  const [key = '', id = ''] = parseKeys(cursor, 2)
  return { key, id }
}

/** What {@link toCursor} was given, as texts; refused unless there are as many. */
export function parseKeys(cursor: string, count?: number): string[] {
  let keys: unknown
  try {
    keys = JSON.parse(Buffer.from(cursor, 'base64url').toString())
  } catch {
    throw foreignCursor()
  }
  if (!Array.isArray(keys) || keys.length !== (count ?? keys.length)) throw foreignCursor()
  const last = keys.length - 1
  return keys.map((key: unknown, at) => {
    // The last is an id.
    if (typeof key !== 'string' && (typeof key !== 'number' || at === last)) throw foreignCursor()
    return String(key)
  })
}

export const foreignCursor = () =>
  new AppError('bad_request', 'This cursor is not one of ours. Start without one.', {
    field: 'cursor',
  })
