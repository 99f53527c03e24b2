import type { SkinTone } from 'frimousse'
import { useTranslation } from 'react-i18next'

import { cn } from '../../ui/cn.ts'

const hands: readonly (readonly [SkinTone, string])[] = [
  ['none', '✋'],
  ['light', '✋🏻'],
  ['medium-light', '✋🏼'],
  ['medium', '✋🏽'],
  ['medium-dark', '✋🏾'],
  ['dark', '✋🏿'],
]

/** In which skin tone hands and people are shown, and sent. */
export function SkinTones(props: { tone: SkinTone; onChoose: (tone: SkinTone) => void }) {
  const { t } = useTranslation('messages')
  return (
    <fieldset aria-label={t('emoji.tone.label')} className="flex shrink-0">
      {hands.map(([tone, hand]) => (
        <button
          key={tone}
          type="button"
          aria-label={t(`emoji.tone.${tone}`)}
          title={t(`emoji.tone.${tone}`)}
          aria-pressed={tone === props.tone}
          onClick={() => props.onChoose(tone)}
          className={cn(
            'grid h-8 w-7 place-items-center rounded-sm text-[17px]/none pointer-coarse:h-11 pointer-coarse:w-8',
            tone === props.tone ? 'bg-selected' : 'hover:bg-hover-up',
          )}
        >
          {hand}
        </button>
      ))}
    </fieldset>
  )
}
