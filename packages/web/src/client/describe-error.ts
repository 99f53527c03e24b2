/** Owns what a refused or lost call says where no field or reason has words of its own. */
import { ApiError, ConnectionError } from '@roost/sdk'

import { translator } from '../i18n/translate.ts'

const t = translator('ui')

/** One sentence, in the user's language, for an error that a call to the SDK threw. */
export function describeError(error: unknown): string {
  if (error instanceof ConnectionError) return t('error.offline')
  if (!(error instanceof ApiError)) return t('error.tryLater')
  switch (error.code) {
    case 'rate_limited':
      return t('error.rateLimited', { count: Math.ceil(error.retryAfter ?? 60) })
    case 'forbidden':
      return t('error.forbidden')
    case 'not_found':
      return t('error.gone')
    default:
      return t('error.tryLater')
  }
}
