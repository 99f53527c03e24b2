import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

import { cn } from '../ui/cn.ts'
import { useNarrow } from './use-narrow.ts'

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
  // What is there from the start does not slide in.
  const [first] = useState(props.showing)
  const [moved, setMoved] = useState(false)
  if (props.showing !== first && !moved) setMoved(true)
  // To a screen reader the list is the page where it is all there is.
  const sideAlone = useNarrow() && props.showing === 'side'
  return (
    <div className="flex h-(--visible,100dvh) bg-bg">
      <div className="contents" {...(sideAlone ? { role: 'main' } : {})}>
        {sideAlone && <h1 className="sr-only">{props.sideLabel}</h1>}
        <nav
          aria-label={props.sideLabel}
          className={cn(
            'min-w-0 flex-1 flex-col bg-bg wide:flex wide:w-(--w-side) wide:flex-none',
            'wide:border-e wide:border-line wide:bg-side',
            props.showing === 'side' ? 'flex' : 'hidden',
            moved && 'max-wide:animate-slide-back max-wide:rtl:animate-slide-in',
          )}
        >
          {props.side}
        </nav>
      </div>
      <main
        aria-label={t('nav.content')}
        className={cn(
          'relative min-w-0 flex-1 flex-col wide:flex',
          props.showing === 'pane' ? 'flex' : 'hidden',
          moved && 'max-wide:animate-slide-in max-wide:rtl:animate-slide-back',
        )}
      >
        {props.pane}
      </main>
    </div>
  )
}
