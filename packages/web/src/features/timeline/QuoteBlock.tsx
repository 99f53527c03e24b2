import type { Quote } from '@roost/protocol'
import { useTranslation } from 'react-i18next'

import { useStore } from '../../client/use-store.ts'
import { cn } from '../../ui/cn.ts'
import { OneLine } from '../conversation/OneLine.tsx'
import { usePlainText } from '../messages/use-plain-text.ts'
import { hueInk } from './hue-ink.ts'
import { useName } from './use-name.ts'

/** The message that this one answers, as it is now. Leads to it. */
export function QuoteBlock(props: { quote: Quote; mine: boolean; onOpen: (seq: number) => void }) {
  const { t } = useTranslation('timeline')
  const { quote } = props
  const name = useName(quote.senderId)
  const words = usePlainText({ body: quote.excerpt })
  const own = useStore((state) => state.me?.id === quote.senderId)
  return (
    <button
      type="button"
      onClick={() => props.onOpen(quote.seq)}
      title={t('quote.open')}
      className={cn(
        'relative mx-[-6px] mt-[-1px] mb-1.5 block w-[calc(100%+12px)] overflow-hidden rounded-md py-1 ps-3 pe-2.5 text-start text-snippet',
        props.mine ? 'bg-own-fill' : 'bg-other-fill',
      )}
    >
      <span
        aria-hidden
        className={cn('absolute inset-y-0 inset-s-0 w-[3px] bg-current', hueInk(quote.senderId))}
      />
      <OneLine className={cn('font-semi', hueInk(quote.senderId))}>{own ? t('you') : name}</OneLine>
      <span
        dir="auto"
        className={cn(
          'line-clamp-2 wrap-anywhere text-ink-2',
          props.mine && 'text-own-ink',
          quote.deletedAt !== undefined && 'italic',
        )}
      >
        {quote.deletedAt ? t('quote.deleted') : words}
      </span>
    </button>
  )
}
