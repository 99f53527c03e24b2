import type { Row } from './build-rows.ts'
import { savedPosition } from './positions.ts'

/** A row, and how much of it is scrolled away (negative: how far below the top it stands). */
export type Opening =
  | 'last'
  | { readonly key: string; readonly index: number; readonly offset: number }

/** Room above the unread divider, so that the message before it can be seen. */
export const contextAbove = 72

/** Where a chat opens: where it was left, else at the unread divider, else at the newest message. */
export function openingPlace(conversationId: string, rows: readonly Row[]): Opening {
  const saved = savedPosition(conversationId)
  const left = saved ? rows.findIndex(({ key }) => key === saved.key) : -1
  if (saved && left >= 0) return { key: saved.key, index: left, offset: saved.offset }
  const divider = rows.findIndex(({ type }) => type === 'unread')
  if (divider >= 0) return { key: 'unread', index: divider, offset: -contextAbove }
  return 'last'
}
