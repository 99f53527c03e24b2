import { useTranslation } from 'react-i18next'

import { formatNumber } from '../../i18n/format.ts'
import { Button } from '../../ui/Button.tsx'
import { Failed } from '../../ui/Failed.tsx'
import { LateRows } from '../../ui/Skeleton.tsx'
import type { Pager } from './use-pager.ts'

/** What stands below a list: which part of it this is and the way to the others, or why it is empty. */
export function PagerFooter(props: {
  pager: Omit<Pager<unknown>, 'change'>
  /** What an empty list says. */
  nothing: string
  /** How long the whole list is, where that is known. */
  total?: number | undefined
}) {
  const { pager } = props
  const { t } = useTranslation('admin')
  const count = pager.items.length
  if (pager.failed) {
    return <Failed text={t('list.failed')} again={pager.again} className="py-4" />
  }
  if (count === 0) {
    if (pager.loading) return <LateRows count={6} />
    return <output className="block py-4 text-md text-ink-2">{props.nothing}</output>
  }
  if (!pager.paged && props.total === undefined) return null
  const range = { from: formatNumber(pager.first), to: formatNumber(pager.first + count - 1) }
  return (
    <div className="flex items-center gap-2 px-2 pt-4">
      <output className="me-auto text-md text-ink-2 tabular-nums">
        {props.total === undefined
          ? t('list.range', range)
          : t('list.rangeOf', { ...range, total: formatNumber(props.total) })}
      </output>
      {pager.paged && (
        <>
          <Button size="sm" disabled={!pager.previous} onClick={pager.previous}>
            {t('list.previous')}
          </Button>
          <Button size="sm" disabled={!pager.next} onClick={pager.next}>
            {t('list.next')}
          </Button>
        </>
      )}
    </div>
  )
}
