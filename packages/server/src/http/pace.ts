/** What somebody is told who tries too often. */
import { AppError } from '../errors.ts'

/** @param retryAfter in seconds, as a limiter says; 0 lets pass */
export function refuseWhile(retryAfter: number): void {
  if (retryAfter > 0)
    throw new AppError('rate_limited', `Too many attempts. Try again in ${retryAfter} seconds.`, {
      retryAfter,
    })
}
