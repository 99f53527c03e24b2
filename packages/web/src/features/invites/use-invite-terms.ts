import type { Invite } from '@roost/protocol'
import { useTranslation } from 'react-i18next'

import { formatMoment, formatNumber } from '../../i18n/format.ts'
import { usesLeft } from './invite-terms.ts'

/** How long a link lasts, and how often it was used and can be. */
export function useInviteTerms(invite: Invite): { ends: string; used: string } {
  const { t } = useTranslation('invites')
  const left = usesLeft(invite)
  const used =
    invite.uses === 0
      ? t('terms.unused')
      : t('terms.used', { count: invite.uses, number: formatNumber(invite.uses) })
  return {
    ends:
      invite.expiresAt === null
        ? t('terms.noEnd')
        : t('terms.ends', { time: formatMoment(invite.expiresAt) }),
    used:
      left === null
        ? used
        : `${used}, ${t('terms.left', { count: left, number: formatNumber(left) })}`,
  }
}
