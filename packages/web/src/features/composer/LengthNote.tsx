import { limits } from '@roost/protocol'
import { useTranslation } from 'react-i18next'

import { formatNumber } from '../../i18n/format.ts'
import { cn } from '../../ui/cn.ts'

/** How many characters are left, or too many. */
export function LengthNote(props: { id: string; left: number; refused: boolean }) {
  const { t } = useTranslation('timeline')
  const over = props.left < 0
  return (
    <p
      id={props.id}
      role={over && props.refused ? 'alert' : undefined}
      className={cn('px-5 pb-1.5 text-sm tabular-nums', over ? 'text-danger' : 'text-ink-2')}
    >
      {over
        ? t('composer.tooLong', { count: -props.left, limit: formatNumber(limits.messageLength) })
        : t('composer.left', { count: props.left })}
    </p>
  )
}
