import { memo, type Ref } from 'react'

import { sameParts } from '../../client/same-parts.ts'
import type { Post, Row } from './build-rows.ts'
import { MessageRow } from './MessageRow.tsx'
import { DaySeparator, UnreadDivider } from './Separators.tsx'
import { SystemLine } from './SystemLine.tsx'

interface Props extends Content {
  ref: Ref<HTMLDivElement>
  index: number
}

interface Content {
  row: Row
  room: boolean
  lit: boolean
  isFresh: (post: Post) => boolean
  onOpenQuote: (from: Post, seq: number) => void
  onUnfold: () => void
}

/**
 * One row with its distance from the one above: the part of it that is measured. The timeline is drawn
 * several times for every message; what stands in it, only where the row has changed.
 */
export const TimelineRow = memo(function TimelineRow({ ref, index, ...content }: Props) {
  return (
    <div ref={ref} data-index={index} className={spacing(content.row)}>
      <RowContent {...content} />
    </div>
  )
}, isSame)

/** Rows are built anew with every message. */
function isSame({ row: before, ...others }: Props, { row: now, ...news }: Props): boolean {
  return sameParts(before, now) && sameParts(others, news)
}

function RowContent({ row, ...message }: Content) {
  switch (row.type) {
    case 'day':
      return <DaySeparator day={row.day} />
    case 'unread':
      return <UnreadDivider count={row.count} />
    case 'system':
      return <SystemLine message={row.post} />
    case 'message':
      return <MessageRow post={row.post} first={row.first} last={row.last} {...message} />
  }
}

function spacing(row: Row): string {
  switch (row.type) {
    case 'day':
      return 'pt-5 pb-2.5'
    case 'unread':
      return 'pt-3.5 pb-2'
    case 'system':
      return 'pt-2.5'
    case 'message':
      return row.first ? 'pt-2.5' : 'pt-0.5'
  }
}
