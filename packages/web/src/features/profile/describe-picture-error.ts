import { ApiError } from '@roost/sdk'

import { describeError } from '../../client/describe-error.ts'
import { translator } from '../../i18n/translate.ts'

/** Why a picture could not be saved or removed. */
export function describePictureError(error: unknown): string {
  const t = translator('profile')
  const reason = error instanceof ApiError ? error.reason : undefined
  if (reason === 'picture_invalid') return t('picture.type')
  if (reason === 'picture_too_large') return t('picture.size')
  return describeError(error)
}
