import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'

import { useStore } from '../../client/use-store.ts'
import { Avatar } from '../../ui/Avatar.tsx'
import { linkLook } from '../../ui/link-look.ts'
import { isNotesToSelf } from '../conversation/use-title.ts'
import { InviteButton } from '../invites/InviteButton.tsx'
import type { Filter } from './choose-chats.ts'
import { rowLook } from './row-look.ts'
import { useOpenChat } from './use-open-chat.ts'

/** As long as the list is this short, it offers a place for notes. */
const short = 4

/** What a list with little or nothing in it says and offers. */
export function EmptyChats(props: { filter: Filter; count: number }) {
  const { t } = useTranslation('chats')
  if (props.filter === 'all') {
    return (
      <>
        {props.count < short && <NotesOffer />}
        {props.count === 0 && (
          <div className="px-2 pt-3">
            <p className="text-md text-ink-2">{t('empty.all')}</p>
            <InviteButton className="mt-3" />
          </div>
        )}
      </>
    )
  }
  if (props.count > 0) return null
  return (
    <div className="px-2 pt-4 text-md text-ink-2">
      <p>{t(`empty.${props.filter}`)}</p>
      {props.filter === 'rooms' && (
        <p className="mt-2">
          <Link to="/rooms" className={linkLook}>
            {t('empty.browse')}
          </Link>
        </p>
      )}
    </div>
  )
}

/** The row that opens the notes to oneself, until there are some. */
function NotesOffer() {
  const { t } = useTranslation('chats')
  const openChat = useOpenChat()
  const meId = useStore((state) => state.me?.id ?? '')
  const exists = useStore((state) =>
    Object.values(state.conversations).some((chat) => isNotesToSelf(state, chat)),
  )
  if (exists) return null
  return (
    <ul>
      <li>
        <button
          type="button"
          data-row
          onClick={() => void openChat(meId)}
          className={rowLook(false)}
        >
          <Avatar id={meId} name={t('self.title')} kind="self" size="var(--size-avatar)" />
          <span className="min-w-0 flex-1">
            <span className="block truncate text-row font-semi text-ink">{t('self.title')}</span>
            <span className="block truncate text-snippet text-ink-2">{t('self.line')}</span>
          </span>
        </button>
      </li>
    </ul>
  )
}
