import { useEffect, useMemo, useState } from 'react'

import { createPaging, hasMore, type Load, type Page, type Read } from './paging.ts'

export interface PageOf<T> extends Page {
  readonly items: readonly T[]
}

/** A list that is read page by page, and another one when `load` changes. */
export function usePages<T>(load: Load<PageOf<T>>) {
  const { pages, ...list } = useRawPages(load)
  return { ...list, items: useMemo(() => pages.flatMap(({ items }) => items), [pages]) }
}

/**
 * The same for pages of any kind; null reads nothing. What was shown stays until the first answer.
 * @param known pages of the first list that need not be read any more
 */
export function useRawPages<P extends Page>(load: Load<P> | null, known: readonly P[] = []) {
  const [read, setRead] = useState<Read<P> | null>(() =>
    load && known.length > 0 ? { load, pages: known, failed: false } : null,
  )
  const [paging] = useState(() => createPaging(setRead, read))
  useEffect(() => {
    if (load) paging.start(load)
    return paging.stop
  }, [paging, load])

  const fresh = read?.load === load ? read : null
  return {
    pages: read?.pages ?? none,
    /** Nothing of this list has been answered yet. */
    loading: load !== null && fresh === null,
    failed: fresh?.failed ?? false,
    hasMore: fresh !== null && hasMore(fresh),
    more: paging.more,
    again: paging.again,
  }
}

const none: readonly never[] = []
