/** What somebody is told who tries too often. */
import { AppError } from '../errors.ts'
import type { Limiters } from './context.ts'

/** @param taken what a limiter says: in how many seconds to try again; 0 lets pass */
export async function refuseWhile(taken: Promise<number>): Promise<void> {
  const retryAfter = await taken
  if (retryAfter > 0)
    throw new AppError('rate_limited', `Too many attempts. Try again in ${retryAfter} seconds.`, {
      retryAfter,
    })
}

/** A list is a search where somebody typed what it is to be searched for. */
export async function limitSearches(
  { searches }: Pick<Limiters, 'searches'>,
  { userId }: { userId: string },
  query: { readonly query?: string | undefined },
): Promise<void> {
  if (query.query) await refuseWhile(searches.take(userId))
}
