import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { formatFull, formatTime } from '../../i18n/format.ts'
import { cn } from '../../ui/cn.ts'
import { Tick, type TickState } from '../../ui/Tick.tsx'

export interface Meta {
  readonly at: number
  readonly edited: boolean
  /** Only my own messages have one. */
  readonly state: TickState | null
}

/** Time and tick. Every tick has the place of the widest, so that nothing moves when it changes. */
export function MessageMeta({ at, edited, state, className }: Meta & { className: string }) {
  const { t } = useTranslation('timeline')
  const [stateAtFirst] = useState(state)
  return (
    <span className={cn('flex items-center text-xs whitespace-nowrap select-none', className)}>
      {edited && <span className="me-1">{t('edited')}</span>}
      <time dateTime={new Date(at).toISOString()} title={formatFull(at)}>
        {formatTime(at)}
      </time>
      {state && (
        <span className="ms-1 inline-flex w-[17px] justify-end">
          <Tick
            key={state}
            state={state}
            className={state === stateAtFirst ? '' : 'animate-fade-in'}
          />
        </span>
      )}
    </span>
  )
}

/** An invisible copy within the text: it keeps the last line clear of the real one. */
export function MetaSpace({ at, edited, state }: Meta) {
  const { t } = useTranslation('timeline')
  return (
    <span
      aria-hidden
      className="invisible ms-[11px] inline-block h-0 text-xs whitespace-nowrap tabular-nums select-none"
    >
      {edited && <span className="me-1">{t('edited')}</span>}
      {formatTime(at)}
      {state && <span className="ms-1 inline-block w-[17px]" />}
    </span>
  )
}
