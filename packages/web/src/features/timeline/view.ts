/** What the view shows as a whole. */
import type { Virtualizer } from '@tanstack/react-virtual'

import type { Row } from './build-rows.ts'

type Rows = Virtualizer<HTMLDivElement, HTMLDivElement>

const awayAt = 240
const pillHeight = 44

/** So far from the newest message that one wants a way back. */
export function isAway(virtualizer: Rows): boolean {
  const { scrollOffset, scrollRect } = virtualizer
  if (scrollOffset === null || scrollRect === null) return false
  return virtualizer.getTotalSize() - scrollRect.height - scrollOffset > awayAt
}

/** The day of the row at the top; null where its own separator can be seen there. */
export function dayAtTop(virtualizer: Rows, rows: readonly Row[]): number | null {
  const top = virtualizer.scrollOffset ?? 0
  const first = virtualizer.getVirtualItems().find(({ end }) => end > top)
  if (!first) return null
  for (let index = first.index; index < rows.length; index++) {
    const start = virtualizer.measurementsCache[index]?.start ?? Infinity
    if (start > top + pillHeight) break
    if (rows[index]?.type === 'day') return null
  }
  return rows[first.index]?.day ?? null
}
