import { ApiError } from '@roost/sdk'
import i18next from 'i18next'

import { describeError } from '../../client/describe-error.ts'

/** Why a picture could not be saved or removed. */
export function describePictureError(error: unknown): string {
  const t = i18next.getFixedT(null, 'profile')
  const reason = error instanceof ApiError ? error.reason : undefined
  if (reason === 'picture_invalid') return t('picture.type')
  if (reason === 'picture_too_large') return t('picture.size')
  return describeError(error)
}
