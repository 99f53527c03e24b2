import { NotebookPen } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { client } from '../client/client.ts'
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

/** Up to this size the small picture is sharp enough, also on screens that draw twice as fine. */
const smallUpTo = 64

/**
 * The face of a person (a circle), a room (a soft square) or one's own notes. `size` is in px, or a
 * length such as `var(--size-avatar)`. Initials stand in for a picture that is missing, loading or
 * lost. Decoration beside a name, save for the dot of who is online.
 */
export function Avatar(props: {
  id: string
  name: string
  kind: 'person' | 'room' | 'self'
  size: number | string
  /** The id of the picture. */
  picture?: string | null | undefined
  online?: boolean | undefined
}) {
  const { t } = useTranslation()
  const large = typeof props.size === 'number' && props.size > smallUpTo
  const src =
    props.picture && props.kind !== 'self'
      ? client.pictureUrl(props.picture, large ? 'large' : 'small')
      : undefined
  const size = typeof props.size === 'number' ? `${props.size}px` : props.size
  return (
    <span
      className="relative inline-block shrink-0 align-middle select-none"
      style={{ width: size, height: size, fontSize: `calc(${size} * 0.36)` }}
    >
      <span
        aria-hidden
        className={cn(
          'relative grid size-full place-items-center overflow-hidden leading-none font-semi',
          props.kind === 'room' ? 'rounded-[30%]' : 'rounded-full',
          tints[hueOf(props.id)],
        )}
      >
        {props.kind === 'self' ? (
          <NotebookPen className="size-[45%]" strokeWidth={1.75} />
        ) : (
          initialsOf(props.name)
        )}
        {src !== undefined && <Picture key={src} src={src} />}
      </span>
      {props.online && (
        <span className="absolute -end-[4%] -bottom-[4%] size-[32%] max-h-3.5 max-w-3.5 rounded-full border-2 border-(--around,var(--bg)) bg-online">
          <VisuallyHidden>{t('online')}</VisuallyHidden>
        </span>
      )}
    </span>
  )
}

/** Covers the initials once it is there, and not before: what is half loaded or lost shows nothing. */
function Picture({ src }: { src: string }) {
  const [there, setThere] = useState(false)
  return (
    <img
      alt=""
      src={src}
      decoding="async"
      draggable={false}
      onLoad={() => setThere(true)}
      className={cn('absolute inset-0 size-full bg-bg object-cover', !there && 'opacity-0')}
    />
  )
}
