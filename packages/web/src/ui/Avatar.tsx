import { NotebookPen } from 'lucide-react'
import { useTranslation } from 'react-i18next'

import { cn } from './cn.ts'
import { hueOf, initialsOf, type Hue } from './identity.ts'
import { VisuallyHidden } from './VisuallyHidden.tsx'

const tints: Record<Hue, string> = {
  clay: 'bg-clay-bg text-clay',
  amber: 'bg-amber-bg text-amber',
  straw: 'bg-straw-bg text-straw',
  moss: 'bg-moss-bg text-moss',
  sea: 'bg-sea-bg text-sea',
  harbour: 'bg-harbour-bg text-harbour',
  dusk: 'bg-dusk-bg text-dusk',
  heather: 'bg-heather-bg text-heather',
}

/**
 * The face of a person (a circle), a room (a soft square) or one's own notes. `size` is in px, or a
 * length such as `var(--size-avatar)`. Decoration beside a name, save for the dot of who is online.
 */
export function Avatar(props: {
  id: string
  name: string
  kind: 'person' | 'room' | 'self'
  size: number | string
  online?: boolean | undefined
}) {
  const { t } = useTranslation()
  const size = typeof props.size === 'number' ? `${props.size}px` : props.size
  return (
    <span
      className="relative inline-block shrink-0 align-middle select-none"
      style={{ width: size, height: size, fontSize: `calc(${size} * 0.36)` }}
    >
      <span
        aria-hidden
        className={cn(
          'grid size-full place-items-center leading-none font-semi',
          props.kind === 'room' ? 'rounded-[30%]' : 'rounded-full',
          tints[hueOf(props.id)],
        )}
      >
        {props.kind === 'self' ? (
          <NotebookPen className="size-[45%]" strokeWidth={1.75} />
        ) : (
          initialsOf(props.name)
        )}
      </span>
      {props.online && (
        <span className="absolute -end-[4%] -bottom-[4%] size-[32%] max-h-3.5 max-w-3.5 rounded-full border-2 border-(--around,var(--bg)) bg-online">
          <VisuallyHidden>{t('online')}</VisuallyHidden>
        </span>
      )}
    </span>
  )
}
