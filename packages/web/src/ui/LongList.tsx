import { defaultRangeExtractor, useVirtualizer, type Range } from '@tanstack/react-virtual'
import { useEffect, useLayoutEffect, useState, type ReactNode } from 'react'

/** Lists up to this long are drawn whole: they are easier to walk through for every kind of reader. */
const drawnWhole = 100

function inView(range: Range, active: number): number[] {
  if (range.count <= drawnWhole) return Array.from({ length: range.count }, (_, index) => index)
  const shown = defaultRangeExtractor(range)
  if (active < 0 || active >= range.count || shown.includes(active)) return shown
  return [...shown, active].toSorted((a, b) => a - b)
}

/**
 * A list of any length that draws what is in sight of the element marked `data-scroller` around it.
 * `active` is the row that keys have moved to: it is always drawn, and scrolled into sight.
 */
export function LongList<T>(props: {
  items: readonly T[]
  keyOf: (item: T) => string
  /** About how high a row is, in px. */
  height: number
  children: (item: T, place: { setSize: number; position: number }) => ReactNode
  /** More will follow than is known now. */
  open: boolean
  active?: number
  label?: string
  busy?: boolean
  /** Makes it a list of options, which `children` are, in place of list items. */
  listbox?: { id: string; multiple: boolean }
  className?: string
}) {
  const { items, keyOf, active = -1, listbox } = props
  const [list, setList] = useState<HTMLElement | null>(null)
  const [margin, setMargin] = useState(0)
  const scroller = list?.closest<HTMLElement>('[data-scroller]') ?? null
  const rows = useVirtualizer<HTMLElement, HTMLElement>({
    count: items.length,
    getScrollElement: () => scroller,
    getItemKey: (index) => {
      const item = items[index]
      return item === undefined ? index : keyOf(item)
    },
    estimateSize: () => props.height,
    overscan: 8,
    scrollMargin: margin,
    rangeExtractor: (range) => inView(range, active),
  })
  // What stands above the list comes and goes.
  // oxlint-disable-next-line react-hooks/exhaustive-deps -- it settles: the same margin changes nothing
  useLayoutEffect(() => {
    if (!list || !scroller) return
    const top = list.getBoundingClientRect().top - scroller.getBoundingClientRect().top
    setMargin(Math.round(top + scroller.scrollTop))
  })
  useEffect(() => {
    if (active >= 0) rows.scrollToIndex(active, { align: 'auto' })
  }, [active, rows])

  const size = props.open ? -1 : items.length
  const drawn = rows.getVirtualItems().map(({ index, key, start }) => {
    const item = items[index]
    if (item === undefined) return null
    const place = {
      'data-index': index,
      ref: rows.measureElement,
      className: 'absolute inset-x-0',
      style: { top: start - margin },
    }
    const content = props.children(item, { setSize: size, position: index + 1 })
    return listbox ? (
      <div key={key} role="presentation" {...place}>
        {content}
      </div>
    ) : (
      <li key={key} aria-setsize={size} aria-posinset={index + 1} {...place}>
        {content}
      </li>
    )
  })
  const frame = {
    ref: setList,
    'aria-label': props.label,
    'aria-busy': props.busy,
    className: `relative ${props.className ?? ''}`,
    style: { height: rows.getTotalSize() },
  }
  if (!listbox) return <ul {...frame}>{drawn}</ul>
  return (
    // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- a <select> holds no pictures, and focus stays in the field
    <div {...frame} id={listbox.id} role="listbox" aria-multiselectable={listbox.multiple}>
      {drawn}
    </div>
  )
}
