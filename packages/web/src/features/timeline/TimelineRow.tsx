import type { Ref } from 'react'

import type { Post, Row } from './build-rows.ts'
import { MessageRow } from './MessageRow.tsx'
import { DaySeparator, UnreadDivider } from './Separators.tsx'
import { SystemLine } from './SystemLine.tsx'

interface Content {
  row: Row
  room: boolean
  now: number
  lit: boolean
  isFresh: (post: Post) => boolean
  onOpenQuote: (from: Post, seq: number) => void
  onUnfold: () => void
}

/** One row with its distance from the one above: the part of it that is measured. */
export function TimelineRow({
  ref,
  index,
  ...content
}: Content & { ref: Ref<HTMLDivElement>; index: number }) {
  return (
    <div ref={ref} data-index={index} className={spacing(content.row)}>
      <RowContent {...content} />
    </div>
  )
}

function RowContent({ row, now, ...message }: Content) {
  switch (row.type) {
    case 'day':
      return <DaySeparator day={row.day} now={now} />
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
