import { useTranslation } from 'react-i18next'

import { cn } from './cn.ts'
import { Glyph } from './Glyph.tsx'

export type TickState = 'waiting' | 'stored' | 'delivered' | 'read' | 'failed'

const stroke = {
  fill: 'none',
  stroke: 'currentColor',
  strokeWidth: 1.6,
  strokeLinecap: 'round',
  strokeLinejoin: 'round',
} as const

/** How far my message has got. Takes the colour around it, save for "read" and "failed". */
export function Tick({ state, className }: { state: TickState; className?: string }) {
  const { t } = useTranslation()
  return (
    <Glyph
      name={t(`tick.${state}`)}
      tooltip
      className={cn(
        'inline-flex shrink-0 items-center',
        state === 'read' && 'text-read!',
        state === 'failed' && 'text-danger!',
        className,
      )}
    >
      <Drawing state={state} />
    </Glyph>
  )
}

function Drawing({ state }: { state: TickState }) {
  switch (state) {
    case 'waiting':
      return (
        <svg aria-hidden width="12" height="12" viewBox="0 0 12 12">
          <circle cx="6" cy="6" r="5.1" {...stroke} strokeWidth={1.4} />
          <path d="M6 3.2V6l1.8 1.1" {...stroke} strokeWidth={1.4} />
        </svg>
      )
    case 'stored':
      return (
        <svg aria-hidden width="12" height="10" viewBox="0 0 12 10">
          <path d="m1 5.4 3.3 3.3L11 1.4" {...stroke} />
        </svg>
      )
    case 'failed':
      return (
        <svg aria-hidden width="13" height="13" viewBox="0 0 13 13">
          <circle cx="6.5" cy="6.5" r="5.6" {...stroke} />
          <path d="M6.5 3.6v3.2M6.5 9.1v.1" {...stroke} />
        </svg>
      )
    case 'delivered':
    case 'read':
      return (
        <svg aria-hidden width="17" height="10" viewBox="0 0 17 10">
          <path d="m1 5.4 3.3 3.3L11 1.4" {...stroke} />
          <path d="m8.2 7.6 1.1 1.1L16 1.4" {...stroke} />
        </svg>
      )
  }
}
