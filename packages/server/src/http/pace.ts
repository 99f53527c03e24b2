/** What somebody is told who tries too often. */
import { AppError } from '../errors.ts'
import type { Limiters } from './context.ts'

/** @param retryAfter in seconds, as a limiter says; 0 lets pass */
export function refuseWhile(retryAfter: number): void {
  if (retryAfter > 0)
    throw new AppError('rate_limited', `Too many attempts. Try again in ${retryAfter} seconds.`, {
      retryAfter,
    })
}

/** A list is a search where somebody typed what it is to be searched for. */
export function limitSearches(
  { searches }: Pick<Limiters, 'searches'>,
  { userId }: { userId: string },
  query: { readonly query?: string | undefined },
): void {
  if (query.query) refuseWhile(searches.take(userId))
}
