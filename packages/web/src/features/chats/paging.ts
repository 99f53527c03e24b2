/**
 * Reads one list after the other, page by page. Where a list goes on is what its own last page says, so
 * that it is never asked of another list, and no page is read twice.
 */
export interface Page {
  readonly nextCursor?: string | undefined
}

export type Load<P> = (cursor: string | undefined) => Promise<P>

export interface Read<P> {
  /** The list that these are the pages of. */
  readonly load: Load<P>
  readonly pages: readonly P[]
  readonly failed: boolean
}

export interface Paging<P> {
  /** Reads the beginning of a list, unless it is known. */
  readonly start: (load: Load<P>) => void
  /** Reads the next page, if there is one, and nothing is on its way. */
  readonly more: () => void
  /** Reads the list anew, from its beginning. */
  readonly again: () => void
  /** Nothing that is on its way is shown. */
  readonly stop: () => void
}

/** @param show is told of every page, and when one could not be read: then the list goes no further */
export function createPaging<P extends Page>(
  show: (read: Read<P>) => void,
  known: Read<P> | null = null,
): Paging<P> {
  let current = known
  let underWay: object | null = null

  async function read(load: Load<P>, before: readonly P[]) {
    const mine = {}
    underWay = mine
    // Whatever the reason, all one can do is to try again.
    const page = await load(before.at(-1)?.nextCursor).catch(() => null)
    if (underWay !== mine) return
    underWay = null
    const pages = page ? [...before, page] : (current?.pages ?? [])
    current = { load, pages, failed: page === null }
    show(current)
  }

  return {
    start(load) {
      if (current?.load === load && current.pages.length > 0) return
      current = { load, pages: [], failed: false }
      void read(load, [])
    },
    more() {
      if (underWay || !current || !hasMore(current)) return
      void read(current.load, current.pages)
    },
    again() {
      if (current) void read(current.load, [])
    },
    stop() {
      underWay = null
    },
  }
}

export function hasMore({ pages, failed }: Read<Page>): boolean {
  return !failed && pages.at(-1)?.nextCursor !== undefined
}
