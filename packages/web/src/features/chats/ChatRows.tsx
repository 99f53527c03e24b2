import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual'
import { useLayoutEffect, useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'

import { useStore } from '../../client/use-store.ts'
import { useWatchPeople } from '../conversation/watch-people.ts'
import { ChatRow } from './ChatRow.tsx'

/** Lists up to this long are drawn whole: they are easier to walk through for every kind of reader. */
const drawnWhole = 100
const all = (count: number) => Array.from({ length: count }, (_, index) => index)

/** The token changes with the kind of screen. */
const smallOrTouch = matchMedia('(pointer: coarse), (max-width: 640px)')
const rowHeight = () =>
  Number.parseFloat(getComputedStyle(document.documentElement).getPropertyValue('--h-row'))

function followRowHeight(listener: () => void): () => void {
  smallOrTouch.addEventListener('change', listener)
  return () => smallOrTouch.removeEventListener('change', listener)
}

export function ChatRows(props: {
  ids: readonly string[]
  query: string
  openId: string | undefined
  scroller: HTMLElement | null
}) {
  const { ids, openId, scroller } = props
  const { t } = useTranslation('chats')
  const height = useSyncExternalStore(followRowHeight, rowHeight)
  const rows = useVirtualizer<HTMLElement, HTMLLIElement>({
    count: ids.length,
    getScrollElement: () => scroller,
    getItemKey: (index) => ids[index] ?? index,
    estimateSize: () => height,
    overscan: 8,
    rangeExtractor: (range) =>
      range.count <= drawnWhole ? all(range.count) : defaultRangeExtractor(range),
  })
  useLayoutEffect(() => rows.measure(), [rows, height])

  const items = rows.getVirtualItems()
  const shown = items.map(({ index }) => ids[index] ?? '')
  const partners = useStore(({ conversations, me }) =>
    shown.map((id) => conversations[id]?.directUserId ?? '').filter((id) => id !== me?.id),
  )
  useWatchPeople('list', partners)

  const reachable = ids.includes(openId ?? '') ? openId : ids[0]
  if (ids.length === 0) return null
  return (
    <ul aria-label={t('list')} className="relative" style={{ height: rows.getTotalSize() }}>
      {items.map((item) => {
        const id = ids[item.index]
        return (
          id !== undefined && (
            <li
              key={id}
              aria-setsize={ids.length}
              aria-posinset={item.index + 1}
              className="absolute inset-x-0"
              style={{ top: item.start }}
            >
              <ChatRow
                conversationId={id}
                query={props.query}
                selected={id === openId}
                reachable={id === reachable}
              />
            </li>
          )
        )
      })}
    </ul>
  )
}
