/** Owns what one searches for, as it stands in the address: `q`, `in` a chat, `from` somebody, dates. */
import { limits, type endpoints, type In } from '@roost/protocol'

export interface Filters {
  readonly q?: string
  /** A conversation. */
  readonly in?: string
  /** A person. */
  readonly from?: string
  /** Days as a date field writes them, such as 2024-06-14, both included. */
  readonly after?: string
  readonly before?: string
}

export function readFilters(search: Record<string, unknown>): Filters {
  const text = (key: string) => {
    const value = search[key]
    // The router reads digits as a number.
    const written = typeof value === 'number' ? String(value) : value
    return typeof written === 'string' && written !== '' ? { [key]: written } : {}
  }
  const day = (key: string) => {
    const value = search[key]
    return typeof value === 'string' && startOf(value) !== undefined ? { [key]: value } : {}
  }
  return { ...text('q'), ...text('in'), ...text('from'), ...day('after'), ...day('before') }
}

export function queryOf(filters: Filters): In<typeof endpoints.search>['query'] {
  const { q = '', in: conversationId, from: senderId } = filters
  const after = startOf(filters.after)
  const before = startOf(filters.before, 1)
  return {
    query: q.trim().slice(0, limits.queryMax),
    ...(conversationId === undefined ? {} : { conversationId }),
    ...(senderId === undefined ? {} : { senderId }),
    ...(after === undefined ? {} : { after }),
    ...(before === undefined ? {} : { before }),
  }
}

/** When a day begins for the viewer, or one that many days later. */
function startOf(day: string | undefined, later = 0): number | undefined {
  const [, year, month, date] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day ?? '') ?? []
  if (year === undefined) return undefined
  const start = new Date(Number(year), Number(month) - 1, Number(date) + later)
  const exists = new Date(Number(year), Number(month) - 1, Number(date)).getDate() === Number(date)
  return exists ? start.getTime() : undefined
}
