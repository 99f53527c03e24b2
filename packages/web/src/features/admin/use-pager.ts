import { useCallback, useEffect, useRef, useState } from 'react'

import type { Load } from '../chats/paging.ts'
import type { PageOf } from '../chats/use-pages.ts'

export const pageSize = 25

export interface Pager<T> {
  readonly items: readonly T[]
  /** The place of the first one in the whole list, from 1. */
  readonly first: number
  readonly loading: boolean
  readonly failed: boolean
  /** It is longer than this page. */
  readonly paged: boolean
  readonly next: (() => void) | undefined
  readonly previous: (() => void) | undefined
  /** Reads this page anew: what one did may have moved things. */
  readonly again: () => void
  /** Shows a change at once. */
  readonly change: (make: (items: readonly T[]) => readonly T[]) => void
}

interface Shown<T> {
  readonly load: unknown
  readonly items: readonly T[]
  readonly status: 'loading' | 'ready' | 'failed'
  /** Where this page and those before it begin. */
  readonly cursors: readonly (string | undefined)[]
  readonly nextCursor: string | undefined
}

/**
 * A list that is shown a page at a time, from its beginning when `load` changes. What was shown stays
 * until the answer comes; answers that are no longer wanted are dropped.
 */
export function usePager<T>(load: Load<PageOf<T>>): Pager<T> {
  const [shown, setShown] = useState<Shown<T>>({
    load,
    items: [],
    status: 'loading',
    cursors: [undefined],
    nextCursor: undefined,
  })
  const wanted = useRef(0)

  const read = useCallback(
    (cursors: readonly (string | undefined)[]) => {
      const mine = ++wanted.current
      const answered = (change: (past: Shown<T>) => Shown<T>) => {
        if (wanted.current === mine) setShown(change)
      }
      load(cursors.at(-1)).then(
        ({ items, nextCursor }) =>
          answered(() => ({ load, items, status: 'ready', cursors, nextCursor })),
        () => answered((past) => ({ ...past, load, cursors, status: 'failed' })),
      )
    },
    [load],
  )
  useEffect(() => {
    read([undefined])
    return () => {
      wanted.current += 1
    }
  }, [read])

  const { cursors, nextCursor } = shown
  const loading = shown.status === 'loading' || shown.load !== load
  // Places in one list mean nothing in another, which is on its way.
  const places = loading ? [undefined] : cursors
  const onward = loading ? undefined : nextCursor
  return {
    items: shown.items,
    first: (cursors.length - 1) * pageSize + 1,
    loading,
    failed: shown.status === 'failed' && !loading,
    paged: cursors.length > 1 || nextCursor !== undefined,
    next: onward === undefined ? undefined : () => read([...places, onward]),
    previous: places.length < 2 ? undefined : () => read(places.slice(0, -1)),
    again: () => read(places),
    change: (make) => setShown((past) => ({ ...past, items: make(past.items) })),
  }
}
