import { useTranslation } from 'react-i18next'

import { Button } from './Button.tsx'
import { cn } from './cn.ts'

/** What could not be read, in place of it, and a button that tries again. */
export function Failed(props: { text: string; again: () => void; className?: string }) {
  const { t } = useTranslation()
  return (
    <p
      role="alert"
      className={cn('flex flex-wrap items-center gap-3 text-md text-ink-2', props.className)}
    >
      {props.text}
      <Button size="sm" onClick={props.again}>
        {t('again')}
      </Button>
    </p>
  )
}
