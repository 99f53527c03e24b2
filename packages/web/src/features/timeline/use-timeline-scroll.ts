/**
 * Owns where the timeline stands. At the newest message it sticks there; anywhere else the row at the
 * top of the view stays where it is, whatever is added, loaded or measured above and below.
 */
import { useVirtualizer, type Virtualizer } from '@tanstack/react-virtual'
import { useCallback, useLayoutEffect, useRef, useState, type RefObject } from 'react'

import { keyOf, seqOf, type Row } from './build-rows.ts'
import { estimateRow } from './estimate-row.ts'
import { forgetPosition, savePosition, savedPosition } from './positions.ts'

type Rows = Virtualizer<HTMLDivElement, HTMLDivElement>

/** What a jump leads to; the row is put into the middle of the view. */
export type Target = 'first' | 'last' | { readonly key: string }

interface Options {
  readonly conversationId: string
  readonly scroller: RefObject<HTMLDivElement | null>
  readonly rows: readonly Row[]
  readonly hasBefore: boolean
  readonly hasAfter: boolean
  readonly typing: boolean
}

/** Room above the divider, so that the message before it can be seen. */
const contextAbove = 72
const edge = 12
const loadingSpace = 72
const typingSpace = 44
const overscan = 8
/** So close to the end counts as there; so far up from it lets go. */
const atEnd = 2
const looseAt = 24

export function useTimelineScroll(options: Options) {
  const { conversationId, scroller, rows, hasBefore, hasAfter, typing } = options
  const stick = useRef(false)
  const lastTop = useRef(0)
  const width = () => scroller.current?.clientWidth ?? Math.min(window.innerWidth, 860)

  const paddingStart = hasBefore ? loadingSpace : edge
  const [opening] = useState(() => openingPlace(conversationId, rows))
  const virtualizer = useVirtualizer<HTMLDivElement, HTMLDivElement>({
    count: rows.length,
    getScrollElement: () => scroller.current,
    getItemKey: useCallback((index: number) => rows[index]?.key ?? index, [rows]),
    estimateSize: (index) => estimateRow(rowAt(rows, index), width()),
    measureElement: measureRow,
    anchorTo: 'end',
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

  const regrouped = useRegroupedRow(rows)
  virtualizer.shouldAdjustScrollPositionOnItemSizeChange = (item, _delta, instance) => {
    const top = instance.scrollOffset ?? 0
    if (!instance.itemSizeCache.has(item.key)) return item.start < top
    return item.end <= top || item.key === regrouped.current
  }

  const scrollTo = useCallback(
    (target: Target) => {
      if (target === 'last') virtualizer.scrollToEnd()
      else if (target === 'first') virtualizer.scrollToOffset(0)
      else {
        const index = rows.findIndex(({ key }) => key === target.key)
        if (index >= 0) virtualizer.scrollToIndex(index, { align: 'center' })
      }
      // Where there is nothing to scroll, no event will say so.
      stick.current = target === 'last' || (!hasAfter && fromEnd(scroller.current) <= atEnd)
    },
    [virtualizer, rows, hasAfter, scroller],
  )

  // Opening: what was only estimated above is put right before the first paint.
  useLayoutEffect(() => {
    if (opening === 'last') {
      stick.current = !hasAfter
      virtualizer.scrollToEnd()
    } else if (opening.key === 'unread') {
      virtualizer.scrollToIndex(opening.index, { align: 'start' })
    }
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- once, with what was there at first
  }, [])

  const totalSize = virtualizer.getTotalSize()
  useLayoutEffect(() => {
    if (stick.current && !hasAfter) virtualizer.scrollToEnd()
  }, [virtualizer, rows, totalSize, hasAfter])

  useLayoutEffect(() => {
    const element = scroller.current
    if (!element) return
    const observer = new ResizeObserver(() => {
      if (stick.current) virtualizer.scrollToEnd()
    })
    observer.observe(element)
    return () => observer.disconnect()
  }, [scroller, virtualizer])

  /** To be called on every scroll event, before anything else looks at `stick`. */
  const noticeScroll = useCallback(() => {
    const element = scroller.current
    if (!element) return
    const { scrollTop } = element
    const distance = fromEnd(element)
    if (distance <= atEnd) stick.current = !hasAfter
    else if (scrollTop < lastTop.current - 1 && distance > looseAt) stick.current = false
    lastTop.current = scrollTop
    if (stick.current) forgetPosition(conversationId)
    else rememberTop(conversationId, virtualizer, rows, scrollTop)
  }, [conversationId, scroller, virtualizer, rows, hasAfter])

  return { virtualizer, stick, scrollTo, noticeScroll, paddingStart }
}

function fromEnd(element: HTMLElement | null): number {
  return element ? element.scrollHeight - element.clientHeight - element.scrollTop : Infinity
}

function rowAt(rows: readonly Row[], index: number): Row {
  const row = rows[index]
  if (!row) throw new Error(`There is no row ${index}`)
  return row
}

/** Where a chat opens: where it was left, else at the unread divider, else at the newest message. */
function openingPlace(conversationId: string, rows: readonly Row[]) {
  const saved = savedPosition(conversationId)
  const left = saved ? rows.findIndex(({ key }) => key === saved.key) : -1
  if (saved && left >= 0) return { key: saved.key, index: left, offset: saved.offset }
  const divider = rows.findIndex(({ type }) => type === 'unread')
  if (divider >= 0) return { key: 'unread', index: divider, offset: -contextAbove }
  return 'last' as const
}

function rememberTop(conversationId: string, virtualizer: Rows, rows: readonly Row[], top: number) {
  const first = virtualizer.getVirtualItemForOffset(top)
  for (let index = first?.index ?? 0; index < rows.length; index++) {
    const row = rows[index]
    const seq = row?.type === 'message' || row?.type === 'system' ? seqOf(row.post) : null
    const item = virtualizer.measurementsCache[index]
    if (!row || seq === null || !item) continue
    savePosition(conversationId, { key: row.key, seq, offset: top - item.start })
    return
  }
}

/**
 * The row that was the first one before older messages were loaded above it: it may now continue a
 * group and lose its name and distance. That happens at its top, so the view has to make up for it.
 */
function useRegroupedRow(rows: readonly Row[]): RefObject<string | null> {
  const regrouped = useRef<string | null>(null)
  const firstKey = useRef<string | null>(null)
  useLayoutEffect(() => {
    const message = rows.find(({ type }) => type === 'message')
    const key = message?.type === 'message' ? keyOf(message.post) : null
    if (key !== firstKey.current) regrouped.current = firstKey.current
    firstKey.current = key
  }, [rows])
  return regrouped
}

/** Heights with their fractions: at most zoom levels a row is not a whole number of pixels high. */
function measureRow(element: HTMLDivElement, entry: ResizeObserverEntry | undefined, rows: Rows) {
  const observed = entry?.borderBoxSize[0]?.blockSize
  if (observed !== undefined) return observed
  const key = rows.options.getItemKey(rows.indexFromElement(element))
  return rows.itemSizeCache.get(key) ?? element.getBoundingClientRect().height
}
