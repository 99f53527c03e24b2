/** Owns what a refused administrative act says, in the user's language. */
import { ApiError } from '@roost/sdk'
import i18next from 'i18next'

import { describeError } from '../../client/describe-error.ts'

const t = i18next.getFixedT(null, 'admin')

const byReason: Record<string, () => string> = {
  admin_only: () => t('problem.adminOnly'),
  owner_only: () => t('problem.ownerOnly'),
  last_owner: () => t('problem.lastOwner'),
  yourself: () => t('problem.yourself'),
  setting_locked: () => t('problem.locked'),
  room_archived: () => t('problem.archived'),
}

export function describeAdminProblem(error: unknown): string {
  const reason = error instanceof ApiError ? error.reason : undefined
  return byReason[reason ?? '']?.() ?? describeError(error)
}
