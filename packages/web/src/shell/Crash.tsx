import type { ErrorComponentProps } from '@tanstack/react-router'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'

import { Button } from '../ui/Button.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'

/** In place of a screen that threw. */
export function Crash({ error }: ErrorComponentProps) {
  const { t } = useTranslation()
  useEffect(() => {
    console.error(error)
  }, [error])
  return (
    <div className="flex h-full min-h-0 flex-1 flex-col">
      <EmptyState title={t('error.crashTitle')} text={t('error.crashText')}>
        <Button variant="primary" className="mt-6" onClick={() => location.reload()}>
          {t('reload')}
        </Button>
      </EmptyState>
    </div>
  )
}
