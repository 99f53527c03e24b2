import { useCallback, useEffect, useRef, useState } from 'react'

export interface Page<T> {
  readonly items: readonly T[]
  readonly nextCursor?: string | undefined
}

interface Pages<T> {
  readonly items: readonly T[]
  /** Nothing has been answered yet. */
  readonly loading: boolean
  readonly failed: boolean
  readonly hasMore: boolean
  /** Reads the next page; does nothing while one is on its way. */
  readonly more: () => void
  readonly again: () => void
}

type Status = 'loading' | 'ready' | 'failed'

/**
 * A list that is read page by page and starts anew when `load` changes. Answers to an earlier `load`
 * are dropped; what it found stays until the first new answer.
 */
export function usePages<T>(load: (cursor: string | undefined) => Promise<Page<T>>): Pages<T> {
  const [items, setItems] = useState<readonly T[]>([])
  const [cursor, setCursor] = useState<string | undefined>()
  const [status, setStatus] = useState<Status>('loading')
  const [tries, setTries] = useState(0)
  /** Which list is being read: a new object for each. */
  const run = useRef({ busy: true })

  useEffect(() => {
    const mine = { busy: true }
    run.current = mine
    load(undefined).then(
      (page) => {
        if (run.current !== mine) return
        mine.busy = false
        setItems(page.items)
        setCursor(page.nextCursor)
        setStatus('ready')
      },
      () => run.current === mine && setStatus('failed'),
    )
    return () => {
      run.current = { busy: true }
    }
  }, [load, tries])

  const more = useCallback(() => {
    const mine = run.current
    if (mine.busy || cursor === undefined) return
    mine.busy = true
    load(cursor).then(
      (page) => {
        if (run.current !== mine) return
        mine.busy = false
        setItems((past) => [...past, ...page.items])
        setCursor(page.nextCursor)
        setStatus('ready')
      },
      () => run.current === mine && setStatus('failed'),
    )
  }, [load, cursor])
  const again = useCallback(() => setTries((past) => past + 1), [])
  return {
    items,
    loading: status === 'loading',
    failed: status === 'failed',
    hasMore: status !== 'failed' && cursor !== undefined,
    more,
    again,
  }
}
