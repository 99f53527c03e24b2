/** A list that is read as an app does, page after page. */
import type { User } from '@roost/protocol'

interface Page {
  readonly users: readonly User[]
  readonly nextCursor?: string | undefined
}

/**
 * Everyone whom a walk meets, in order.
 * @param between told of all whom it has met, before the next page
 */
export async function walkPages(
  page: (cursor: string | undefined) => Promise<Page>,
  between: (met: User[]) => Promise<unknown> = async () => {},
): Promise<User[]> {
  const met: User[] = []
  for (let cursor: string | undefined; ;) {
    const { users, nextCursor } = await page(cursor)
    met.push(...users)
    cursor = nextCursor
    if (cursor === undefined) return met
    await between(met)
  }
}
