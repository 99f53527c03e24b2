import { endpoints, type Invite } from '@roost/protocol'
import i18next from 'i18next'
import { useCallback, useState } from 'react'
import { useTranslation } from 'react-i18next'

import { client } from '../../client/client.ts'
import { useStore } from '../../client/use-store.ts'
import { Button } from '../../ui/Button.tsx'
import { Failed } from '../../ui/Failed.tsx'
import { showToast } from '../../ui/Toast.tsx'
import { usePages } from '../chats/use-pages.ts'
import { useInviteTerms } from './use-invite-terms.ts'

/** The links that still let people in: mine to the server, or all those to a room. */
export function InvitesInForce({ conversationId }: { conversationId: string | undefined }) {
  const { t } = useTranslation('invites')
  const found = usePages<Invite & { by: string }>(
    useCallback(
      async (cursor) => {
        const { invites, users, nextCursor } = await client.call(endpoints.invites, {
          query: {
            ...(conversationId === undefined ? {} : { conversationId }),
            ...(cursor === undefined ? {} : { cursor }),
          },
        })
        const names = new Map(users.map(({ id, name }) => [id, name]))
        const items = invites
          .filter((invite) => invite.conversationId === (conversationId ?? null))
          .map((invite) => ({ ...invite, by: names.get(invite.createdBy) ?? '' }))
        return { items, nextCursor }
      },
      [conversationId],
    ),
  )
  if (found.failed) return <Failed text={t('list.failed')} again={found.again} className="mt-8" />
  if (found.items.length === 0) return null
  return (
    <section aria-label={t('list.title')} className="mt-8">
      <h3 className="border-b border-line pb-2 text-md font-semi">{t('list.title')}</h3>
      <ul>
        {found.items.map((invite) => (
          <InviteRow key={invite.id} invite={invite} onRevoked={found.again} />
        ))}
      </ul>
      {found.hasMore && (
        <Button variant="quiet" className="-ms-3.5 mt-1" onClick={found.more}>
          {t('list.more')}
        </Button>
      )}
    </section>
  )
}

function InviteRow(props: { invite: Invite & { by: string }; onRevoked: () => void }) {
  const { invite } = props
  const { t } = useTranslation('invites')
  const terms = useInviteTerms(invite)
  const mine = useStore((state) => state.me?.id === invite.createdBy)
  const [busy, setBusy] = useState(false)
  const revoke = async () => {
    setBusy(true)
    try {
      await client.call(endpoints.revokeInvite, { params: { id: invite.id } })
      props.onRevoked()
    } catch {
      showToast({ text: () => i18next.t('invites:list.revokeFailed') })
      setBusy(false)
    }
  }
  return (
    <li className="flex items-center gap-3 border-b border-line py-2">
      <span className="min-w-0 flex-1">
        <span className="block text-md">{terms.ends}</span>
        <span className="block text-sm text-ink-2">
          {terms.used}
          {!mine && invite.by !== '' && (
            <>
              {' · '}
              <bdi>{invite.by}</bdi>
            </>
          )}
        </span>
      </span>
      <Button
        size="sm"
        busy={busy}
        onClick={() => void revoke()}
        aria-label={`${t('list.revoke')}: ${terms.ends}`}
      >
        {t('list.revoke')}
      </Button>
    </li>
  )
}
