import { useTranslation } from 'react-i18next'

import { cn } from '../../ui/cn.ts'
import { useAfter } from '../../ui/use-after.ts'

const bubbles = ['w-64', 'w-44', 'w-80 self-end', 'w-56', 'w-72', 'w-40 self-end']

/** The place of messages that are being fetched; empty for the first moments. */
export function TimelineSkeleton() {
  const { t } = useTranslation()
  const shown = useAfter(300)
  return (
    <output className="block min-h-0 flex-1 overflow-hidden">
      <span className="sr-only">{t('loading')}</span>
      {shown && (
        <div
          aria-hidden
          className="mx-auto flex h-full max-w-(--w-column) animate-fade-in flex-col justify-end gap-2.5 px-5 pb-3"
        >
          {bubbles.map((place) => (
            <span
              key={place}
              className={cn('h-[37px] max-w-[84%] rounded-bubble bg-skeleton/60', place)}
            />
          ))}
        </div>
      )}
    </output>
  )
}
