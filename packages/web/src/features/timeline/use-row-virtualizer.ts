/** Which rows are in the document, and what holds the view still while rows above it change their height. */
import {
  elementScroll,
  observeElementOffset,
  useVirtualizer,
  type Virtualizer,
} from '@tanstack/react-virtual'
import { useCallback, useState, type RefObject } from 'react'

import type { Row } from './build-rows.ts'
import { estimateRow } from './estimate-row.ts'
import { contextAbove, type Opening } from './opening-place.ts'

export type Rows = Virtualizer<HTMLDivElement, HTMLDivElement>

interface Options {
  readonly scroller: RefObject<HTMLDivElement | null>
  readonly rows: readonly Row[]
  readonly opening: Opening
  readonly hasBefore: boolean
  readonly typing: boolean
  /** The end is not held, though the view is there. */
  readonly loose: boolean
}

/** Pixels from the end within which it is held: none. */
const notAtAll = -1
const edge = 12
const loadingSpace = 72
const typingSpace = 44
const overscan = 8

export function useRowVirtualizer(options: Options): Rows {
  const { scroller, rows, opening, hasBefore, typing, loose } = options
  const width = () => scroller.current?.clientWidth ?? Math.min(window.innerWidth, 860)
  const paddingStart = hasBefore ? loadingSpace : edge
  const [scrolling] = useState(createScrolling)
  const virtualizer = useVirtualizer<HTMLDivElement, HTMLDivElement>({
    count: rows.length,
    getScrollElement: () => scroller.current,
    getItemKey: useCallback((index: number) => rows[index]?.key ?? index, [rows]),
    estimateSize: (index) => estimateRow(rowAt(rows, index), width()),
    measureElement: measureRow,
    ...scrolling,
    anchorTo: 'end',
    ...(loose && { scrollEndThreshold: notAtAll }),
    overscan,
    paddingStart,
    paddingEnd: edge + (typing ? typingSpace : 0),
    scrollPaddingStart: contextAbove,
    initialRect: { width: width(), height: window.innerHeight },
    initialOffset: () => {
      const before = opening === 'last' ? rows : rows.slice(0, opening.index)
      const height = before.reduce((sum, row) => sum + estimateRow(row, width()), paddingStart)
      return opening === 'last' ? height : Math.max(0, height + opening.offset)
    },
  })
  // Also while scrolling up: what changes above the view must not show in it.
  virtualizer.shouldAdjustScrollPositionOnItemSizeChange = (item, _delta, instance) => {
    const top = instance.scrollOffset ?? 0
    if (!instance.itemSizeCache.has(item.key)) return item.start < top
    return item.end <= top
  }
  return virtualizer
}

type Observe = typeof observeElementOffset<HTMLDivElement>
type Scroll = typeof elementScroll<HTMLDivElement>

/**
 * Scrolling to where one stands already causes no event. The virtualizer waits for one: it would go on
 * drawing what it guessed to be in view, and follow its last command wherever that leads.
 */
function createScrolling(): { observeElementOffset: Observe; scrollToFn: Scroll } {
  let report: Parameters<Observe>[1] = () => {}
  return {
    observeElementOffset(rows, notice) {
      report = notice
      return observeElementOffset(rows, notice)
    },
    scrollToFn(offset, options, rows) {
      const before = rows.scrollElement?.scrollTop
      elementScroll(offset, options, rows)
      const { adjustments = 0 } = options
      // Fractions make no difference: its guess is far off only where nothing can scroll, and both are 0.
      // Anywhere else the first command has moved it, and from then on it overlooks a pixel itself.
      if (adjustments === 0 && before === offset) report(before, false)
    },
  }
}

function rowAt(rows: readonly Row[], index: number): Row {
  const row = rows[index]
  if (!row) throw new Error(`There is no row ${index}`)
  return row
}

/** Heights with their fractions: at most zoom levels a row is not a whole number of pixels high. */
function measureRow(element: HTMLDivElement, entry: ResizeObserverEntry | undefined, rows: Rows) {
  const observed = entry?.borderBoxSize[0]?.blockSize
  if (observed !== undefined) return observed
  const key = rows.options.getItemKey(rows.indexFromElement(element))
  return rows.itemSizeCache.get(key) ?? element.getBoundingClientRect().height
}
