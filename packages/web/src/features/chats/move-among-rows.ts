import type { KeyboardEvent } from 'react'

const rowsOf = (list: HTMLElement) => [...list.querySelectorAll<HTMLElement>('[data-row]')]

export function firstRow(list: HTMLElement | null): HTMLElement | undefined {
  return list ? rowsOf(list)[0] : undefined
}

/**
 * Arrow keys go from the search field to the rows below it, from row to row, and back up into the
 * field. Answers whether the key was one of them.
 */
export function moveAmongRows(
  event: KeyboardEvent,
  list: HTMLElement | null,
  field: HTMLElement | null,
): boolean {
  if (!list || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return false
  const rows = rowsOf(list)
  const at = rows.findIndex((row) => row === document.activeElement)
  if (at === -1 && document.activeElement !== field) return false
  const to = targetOf(event.key, at, rows.length)
  if (to === null) return false
  const row = rows[to]
  if (to === -1) field?.focus()
  else if (row) {
    row.focus({ preventScroll: true })
    row.scrollIntoView({ block: 'nearest' })
  }
  return true
}

/** -1 stands for the field; the rows have Home and End to themselves, the field keeps its own. */
function targetOf(key: string, at: number, count: number): number | null {
  if (count === 0) return null
  if (key === 'ArrowDown') return Math.min(at + 1, count - 1)
  if (key === 'ArrowUp') return at === -1 ? null : at - 1
  if (at === -1) return null
  if (key === 'Home') return 0
  return key === 'End' ? count - 1 : null
}
