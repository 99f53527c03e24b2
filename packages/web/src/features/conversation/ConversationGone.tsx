import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'

import { EmptyState } from '../../ui/EmptyState.tsx'
import { linkLook } from '../../ui/link-look.ts'

/** No such conversation, or none of mine: which of the two is not said. */
export function ConversationGone() {
  const { t } = useTranslation('chats')
  return (
    <EmptyState title={t('gone.title')} text={t('gone.text')}>
      <p className="mt-6 flex flex-wrap gap-x-6 gap-y-2">
        <Link to="/" className={linkLook}>
          {t('gone.home')}
        </Link>
        <Link to="/rooms" className={linkLook}>
          {t('gone.rooms')}
        </Link>
      </p>
    </EmptyState>
  )
}
