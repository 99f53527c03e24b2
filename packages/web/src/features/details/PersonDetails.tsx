import { Ellipsis, MessageCircle } from 'lucide-react'
import { useTranslation } from 'react-i18next'

import { useStore } from '../../client/use-store.ts'
import { Avatar } from '../../ui/Avatar.tsx'
import { Button } from '../../ui/Button.tsx'
import { Failed } from '../../ui/Failed.tsx'
import { Icon } from '../../ui/Icon.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import { Menu } from '../../ui/Menu.tsx'
import { chatMenu } from '../chats/chat-menu.ts'
import { MuteButton } from '../chats/MuteButton.tsx'
import { useOpenChat } from '../chats/use-open-chat.ts'
import { usePresence } from '../conversation/use-presence-line.ts'
import { useWatchPeople } from '../conversation/watch-people.ts'
import { useProfile } from './use-profile.ts'

/** Who somebody is, and what one can do; in notes to oneself, what these are. */
export function PersonDetails(props: {
  userId: string
  /** The direct chat with them, where it is the one that is open. */
  conversationId: string | null
}) {
  const { userId, conversationId } = props
  const { t } = useTranslation('chats')
  const openChat = useOpenChat()
  const known = useStore((state) => state.users[userId])
  const self = useStore((state) => state.me?.id === userId)
  const notes = self && conversationId !== null
  const presence = usePresence(userId)
  const { profile, failed, again } = useProfile(userId)
  useWatchPeople('details', self ? [] : [userId])
  // Changes of name and picture arrive by themselves.
  const user = known ?? profile
  const name = user?.name ?? t('unnamed')
  const reachable = user?.kind === 'person' || user?.kind === 'bot'
  const line = notes ? t('self.line') : (presence ?? (reachable ? null : t('details.noAccount')))
  return (
    <>
      <div className="flex flex-col items-center gap-3 text-center">
        <Avatar
          id={userId}
          name={name}
          kind={notes ? 'self' : 'person'}
          picture={user?.picture}
          size={128}
        />
        <div className="max-w-full min-w-0">
          <p dir="auto" className="text-lg font-semi wrap-anywhere">
            {notes ? t('self.title') : name}
          </p>
          {line !== null && <p className="text-md text-ink-2">{line}</p>}
        </div>
      </div>
      <div className="mt-5 flex justify-center gap-2 [&>.button]:min-w-0 [&>.button]:flex-1">
        {conversationId === null && reachable && (
          <Button onClick={() => void openChat(userId)}>
            <Icon of={MessageCircle} inline />
            {self ? t('self.title') : t('details.message')}
          </Button>
        )}
        {conversationId !== null && (
          <>
            {!self && <MuteButton conversationId={conversationId} />}
            <Menu
              trigger={
                <IconButton
                  label={t('menu')}
                  icon={Ellipsis}
                  className="border border-line-strong text-ink"
                />
              }
              items={() => chatMenu(conversationId, 'mute')}
            />
          </>
        )}
      </div>
      <dl className="mt-6 flex flex-col gap-4">
        {profile?.about && (
          <div>
            <dt className="text-sm text-ink-2">{t('details.about')}</dt>
            <dd className="mt-0.5 text-msg wrap-anywhere">
              <bdi>{profile.about}</bdi>
            </dd>
          </div>
        )}
        {user?.username && (
          <div>
            <dt className="text-sm text-ink-2">{t('details.username')}</dt>
            <dd className="mt-0.5 text-msg wrap-anywhere">
              <bdi>@{user.username}</bdi>
            </dd>
          </div>
        )}
      </dl>
      {failed && <Failed text={t('details.profileFailed')} again={again} className="mt-4" />}
    </>
  )
}
