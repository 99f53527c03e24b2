import { useTranslation } from 'react-i18next'

import { useStore } from '../../client/use-store.ts'
import { Avatar } from '../../ui/Avatar.tsx'
import { usePresence } from '../conversation/use-presence-line.ts'

/** The other person of a direct chat; in notes to oneself, what these are. */
export function PersonDetails({ userId }: { userId: string }) {
  const { t } = useTranslation('chats')
  const user = useStore((state) => state.users[userId])
  const self = useStore((state) => state.me?.id === userId)
  const presence = usePresence(userId)
  const name = user?.name ?? t('unnamed')
  return (
    <>
      <div className="flex flex-col items-center gap-3 text-center">
        <Avatar id={userId} name={name} kind={self ? 'self' : 'person'} size={96} />
        <div className="max-w-full min-w-0">
          <p dir="auto" className="text-lg font-semi wrap-anywhere">
            {self ? t('self.title') : name}
          </p>
          <p className="text-md text-ink-2">{self ? t('self.line') : presence}</p>
        </div>
      </div>
      {user?.username && (
        <dl className="mt-8">
          <dt className="text-sm text-ink-2">{t('details.username')}</dt>
          <dd className="mt-0.5 text-msg wrap-anywhere">
            <bdi>@{user.username}</bdi>
          </dd>
        </dl>
      )}
    </>
  )
}
