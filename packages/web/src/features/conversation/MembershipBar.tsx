import { pendingMembership } from '@roost/sdk'
import { useTranslation } from 'react-i18next'

import { client } from '../../client/client.ts'
import { useStore } from '../../client/use-store.ts'
import { Button } from '../../ui/Button.tsx'

/** Above the composer while joining this room waits for the network, or after it was refused. */
export function MembershipBar({ conversationId }: { conversationId: string }) {
  const { t } = useTranslation(['rooms', 'timeline'])
  const { pending, online } = useStore((state) => ({
    pending: pendingMembership(state.outbox, conversationId),
    online: state.connection.status === 'online',
  }))
  if (!pending) return null
  const { clientId, type, failed } = pending
  if (!failed && (online || type === 'leave')) return null
  return (
    <output className="block shrink-0 border-t border-line px-4 py-3 text-md text-ink-2 wide:px-5">
      <div className="mx-auto flex max-w-(--w-column) flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <p className="min-w-0">
          {failed
            ? t(type === 'join' ? 'rooms:join.refused' : 'rooms:leave.refused')
            : t('rooms:join.waiting')}
        </p>
        {failed && (
          <div className="flex gap-2">
            <Button size="sm" onClick={() => client.discard(clientId)}>
              {t('timeline:failed.discard')}
            </Button>
            <Button size="sm" variant="primary" onClick={() => client.retry(clientId)}>
              {t('timeline:failed.retry')}
            </Button>
          </div>
        )}
      </div>
    </output>
  )
}
