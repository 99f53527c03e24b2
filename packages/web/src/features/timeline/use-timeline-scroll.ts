/**
 * Owns where the timeline stands. At the newest message it sticks there; anywhere else the row at the
 * top of the view stays where it is, whatever is added, loaded or measured above and below.
 */
import {
  useCallback,
  useLayoutEffect,
  useRef,
  useState,
  type RefObject,
  type WheelEvent,
} from 'react'
import { flushSync } from 'react-dom'

import { seqOf, type Row } from './build-rows.ts'
import { openingPlace, type Opening } from './opening-place.ts'
import { forgetPosition, savePosition } from './positions.ts'
import { useRowVirtualizer, type Rows } from './use-row-virtualizer.ts'

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

/** So close to the end counts as there; so far up from it lets go. */
const atEnd = 2
/** The first pixels of a way up do not: only what shrinks, and so moves up, ends here. */
const exactly = 0.5
const looseAt = 24
/** Pixels by which a wheel is turned on purpose. */
const turned = 20

export function useTimelineScroll(options: Options) {
  const { conversationId, scroller, rows, hasAfter } = options
  const [opening] = useState(() => openingPlace(conversationId, rows))
  const [loose, setLoose] = useState(false)
  const virtualizer = useRowVirtualizer({ ...options, opening, loose })
  const stick = useRef(opening === 'last' && !hasAfter)
  const lastTop = useRef(-1)
  useOpening(virtualizer, opening)
  useSticking(virtualizer, { stick, scroller, rows, hasAfter })

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
      if (stick.current) setLoose(false)
    },
    [virtualizer, rows, hasAfter, scroller],
  )

  /** To be called on every scroll event, before anything else looks at `stick`. */
  const noticeScroll = useCallback(() => {
    const element = scroller.current
    if (!element) return
    const { scrollTop } = element
    // The event of a move from before `letGo`: nothing has moved since.
    if (scrollTop === lastTop.current) return
    const distance = fromEnd(element)
    const isUp = scrollTop < lastTop.current
    if (distance <= (isUp ? exactly : atEnd)) stick.current = !hasAfter
    else if (scrollTop < lastTop.current - 1 && distance > looseAt) stick.current = false
    lastTop.current = scrollTop
    if (stick.current) {
      setLoose(false)
      forgetPosition(conversationId)
    } else rememberTop(conversationId, virtualizer, rows, scrollTop)
  }, [conversationId, scroller, virtualizer, rows, hasAfter])

  /** What grows now is being read: the view stays at it, also at the newest message. */
  const letGo = useCallback(() => {
    stick.current = false
    lastTop.current = scroller.current?.scrollTop ?? 0
    // The virtualizer would hold the end as well, if anything was measured before the next render.
    flushSync(() => setLoose(true))
  }, [scroller])

  /** Whoever turns the wheel up wants to read there, before anything has moved: nothing calls them back. */
  const noticeWheel = useCallback(
    ({ deltaY, deltaMode, ctrlKey }: WheelEvent) => {
      // A finger that rests on a trackpad trembles; a wheel that counts in lines does not.
      const isTurned = deltaY < (deltaMode === 0 ? -turned : 0)
      const canMove = (scroller.current?.scrollTop ?? 0) > 0
      if (isTurned && canMove && !ctrlKey && stick.current) letGo()
    },
    [letGo, scroller],
  )

  return { virtualizer, stick, scrollTo, noticeScroll, noticeWheel, letGo }
}

/** What was only estimated is put right before the first paint. */
function useOpening(virtualizer: Rows, opening: Opening): void {
  useLayoutEffect(() => {
    if (opening === 'last') virtualizer.scrollToEnd()
    else if (opening.key === 'unread') virtualizer.scrollToIndex(opening.index, { align: 'start' })
    else {
      // Brings the measurements up to date.
      virtualizer.getTotalSize()
      const start = virtualizer.measurementsCache[opening.index]?.start
      if (start !== undefined) virtualizer.scrollToOffset(start + opening.offset)
    }
  }, [virtualizer, opening])
}

/** At the newest message, whatever grows or shrinks, above, below or around, it stays in view. */
function useSticking(
  virtualizer: Rows,
  options: Pick<Options, 'scroller' | 'rows' | 'hasAfter'> & { stick: RefObject<boolean> },
): void {
  const { stick, scroller, rows, hasAfter } = options
  const totalSize = virtualizer.getTotalSize()
  useLayoutEffect(() => {
    if (stick.current && !hasAfter) virtualizer.scrollToEnd()
  }, [virtualizer, stick, rows, totalSize, hasAfter])

  useLayoutEffect(() => {
    const element = scroller.current
    if (!element) return
    const observer = new ResizeObserver(() => {
      if (stick.current) virtualizer.scrollToEnd()
    })
    observer.observe(element)
    return () => observer.disconnect()
  }, [scroller, stick, virtualizer])
}

function fromEnd(element: HTMLElement | null): number {
  return element ? element.scrollHeight - element.clientHeight - element.scrollTop : Infinity
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
