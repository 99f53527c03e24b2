/** Owns what a refused or lost call says where no field or reason has words of its own. */
import { ApiError, ConnectionError } from '@roost/sdk'
import i18next from 'i18next'

/** One sentence, in the user's language, for an error that a call to the SDK threw. */
export function describeError(error: unknown): string {
  if (error instanceof ConnectionError) return i18next.t('error.offline')
  if (!(error instanceof ApiError)) return i18next.t('error.tryLater')
  switch (error.code) {
    case 'rate_limited':
      return i18next.t('error.rateLimited', { count: Math.ceil(error.retryAfter ?? 60) })
    case 'forbidden':
      return i18next.t('error.forbidden')
    case 'not_found':
      return i18next.t('error.gone')
    default:
      return i18next.t('error.tryLater')
  }
}
