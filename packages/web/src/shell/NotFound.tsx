import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'

import { EmptyState } from '../ui/EmptyState.tsx'
import { linkLook } from '../ui/link-look.ts'

export function NotFound() {
  const { t } = useTranslation()
  return (
    <main className="flex h-dvh flex-col">
      <EmptyState title={t('error.notFoundTitle')} text={t('error.notFoundText')}>
        <p className="mt-6">
          <Link to="/" className={linkLook}>
            {t('error.home')}
          </Link>
        </p>
      </EmptyState>
    </main>
  )
}
