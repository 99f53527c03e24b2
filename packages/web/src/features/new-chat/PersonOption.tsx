import type { User } from '@roost/protocol'
import { useTranslation } from 'react-i18next'

import { Avatar } from '../../ui/Avatar.tsx'
import { CheckMark } from '../../ui/CheckMark.tsx'
import { cn } from '../../ui/cn.ts'
import { face } from '../../ui/face.ts'
import { Highlight } from '../../ui/Highlight.tsx'
import { OneLine } from '../conversation/OneLine.tsx'
import { usePresence } from '../conversation/use-presence-line.ts'

/** Someone who can be chosen. Focus stays in the field above: the active option is only marked. */
export function PersonOption(props: {
  id: string
  user: User
  place: { setSize: number; position: number }
  query: string
  active: boolean
  /** Nothing where only one is chosen: with that the list is gone. */
  chosen: boolean | undefined
  onChoose: () => void
}) {
  const { user, query } = props
  const { t } = useTranslation('rooms')
  const presence = usePresence(user.id)
  const seen = user.kind === 'placeholder' ? t('people.imported') : presence
  const handle = user.username ? `@${user.username}` : ''
  return (
    // Keys are handled by the field, which names this as its active descendant.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
    <div
      id={props.id}
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- an <option> holds text only
      role="option"
      aria-selected={props.chosen ?? props.active}
      aria-setsize={props.place.setSize}
      aria-posinset={props.place.position}
      onClick={props.onChoose}
      onMouseDown={(event) => event.preventDefault()}
      className={cn(
        'flex h-(--h-option) items-center gap-3 rounded-lg px-3 select-none hover:bg-hover-up',
        props.active && 'bg-hover-up',
      )}
    >
      <Avatar {...face(user)} size={38} />
      <span className="min-w-0 flex-1">
        <OneLine className="text-row font-semi">
          <Highlight text={user.name} query={query} />
        </OneLine>
        <span className="block truncate text-sm text-ink-2">
          {handle !== '' && (
            <bdi>
              <Highlight text={handle} query={query} />
            </bdi>
          )}
          {seen !== null && `${handle === '' ? '' : ' · '}${seen}`}
        </span>
      </span>
      {props.chosen !== undefined && <CheckMark checked={props.chosen} />}
    </div>
  )
}
