import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

import { cn } from '../ui/cn.ts'

/**
 * The two columns of every signed-in screen: a list beside a pane where there is room for both, one
 * of them at a time on a phone.
 */
export function Frame(props: {
  side: ReactNode
  sideLabel: string
  pane: ReactNode
  /** Which one a phone shows. */
  showing: 'side' | 'pane'
}) {
  const { t } = useTranslation()
  return (
    <div className="flex h-dvh bg-bg">
      <nav
        aria-label={props.sideLabel}
        className={cn(
          'min-w-0 flex-1 flex-col bg-bg wide:flex wide:w-(--w-side) wide:flex-none',
          'wide:border-e wide:border-line wide:bg-side',
          props.showing === 'side' ? 'flex' : 'hidden',
        )}
      >
        {props.side}
      </nav>
      <main
        aria-label={t('nav.content')}
        className={cn(
          'relative min-w-0 flex-1 flex-col wide:flex',
          props.showing === 'pane' ? 'flex max-wide:animate-slide-in' : 'hidden',
        )}
      >
        {props.pane}
      </main>
    </div>
  )
}
