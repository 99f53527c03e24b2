import { adminEndpoints, endpoints, type Invite, type User } from '@roost/protocol'
import { Plus, Ticket } from 'lucide-react'
import { useCallback, useState } from 'react'
import { useTranslation } from 'react-i18next'

import { client } from '../../client/client.ts'
import { useStore } from '../../client/use-store.ts'
import { Avatar } from '../../ui/Avatar.tsx'
import { Button } from '../../ui/Button.tsx'
import { Icon } from '../../ui/Icon.tsx'
import { isolate } from '../conversation/names.ts'
import { OneLine } from '../conversation/OneLine.tsx'
import { LazyInviteDialog } from '../invites/InviteButton.tsx'
import { useInviteTerms } from '../invites/use-invite-terms.ts'
import { ActDialog } from './ActDialog.tsx'
import { AdminPage } from './AdminPage.tsx'
import { PagerFooter } from './PagerFooter.tsx'
import { Cell, NameCell, Row, Table } from './Table.tsx'
import { useAsked } from './use-asked.ts'
import { pageSize, usePager } from './use-pager.ts'

type Listed = Invite & { readonly by: User | undefined }

const wide = {
  by: 'w-44 max-panel:hidden',
  used: 'w-64 max-panel:hidden',
  ends: 'w-52 max-wide:hidden',
  revoke: 'w-32',
}

/** Every link that still lets people in, whoever made it. */
export function InvitesSection() {
  const { t } = useTranslation('admin')
  const [making, setMaking] = useState(false)
  const pager = usePager<Listed>(
    useCallback(async (cursor) => {
      const { invites, users, nextCursor } = await client.call(adminEndpoints.adminInvites, {
        query: { limit: pageSize, ...(cursor === undefined ? {} : { cursor }) },
      })
      const people = new Map(users.map((user) => [user.id, user]))
      const items = invites.map((invite) => ({ ...invite, by: people.get(invite.createdBy) }))
      return { items, nextCursor }
    }, []),
  )
  const { asked, ask, close } = useAsked<Listed>()
  return (
    <AdminPage
      title={t('invites.title')}
      text={t('invites.text')}
      tools={
        <Button variant="primary" onClick={() => setMaking(true)}>
          <Icon of={Plus} inline />
          {t('invites.make')}
        </Button>
      }
    >
      {pager.items.length > 0 && (
        <Table
          label={t('invites.title')}
          columns={[
            { text: t('invites.to') },
            { text: t('invites.by'), className: wide.by },
            { text: t('invites.used'), className: wide.used },
            { text: t('invites.ends'), className: wide.ends },
            { text: t('list.actions'), className: wide.revoke, silent: true },
          ]}
          busy={pager.loading}
        >
          {pager.items.map((invite) => (
            <InviteRow key={invite.id} invite={invite} onRevoke={() => ask(invite)} />
          ))}
        </Table>
      )}
      <PagerFooter pager={pager} nothing={t('invites.none')} />
      <LazyInviteDialog
        open={making}
        onOpenChange={(open) => {
          setMaking(open)
          if (!open) pager.again()
        }}
      />
      {asked && (
        <ActDialog
          key={asked.turn}
          open={asked.open}
          onClose={close}
          title={t('invites.revoke.title')}
          description={t('invites.revoke.text')}
          action={t('invites.revoke.action')}
          danger
          onAct={async () => {
            await client.call(endpoints.revokeInvite, { params: { id: asked.what.id } })
            pager.again()
          }}
        />
      )}
    </AdminPage>
  )
}

function InviteRow({ invite, onRevoke }: { invite: Listed; onRevoke: () => void }) {
  const { t } = useTranslation('admin')
  const terms = useInviteTerms(invite)
  const server = useStore((state) => state.server?.name ?? 'Roost')
  const { conversationId, roomName } = invite
  const to = roomName ?? server
  return (
    <Row>
      <NameCell
        picture={
          conversationId === null ? (
            <span className="grid size-8 shrink-0 place-items-center rounded-full bg-hover">
              <Icon of={Ticket} inline />
            </span>
          ) : (
            <Avatar id={conversationId} name={to} kind="room" size={32} />
          )
        }
        name={to}
        second={[terms.ends, terms.used]}
      />
      <Cell className={wide.by}>
        <OneLine>{invite.by?.name}</OneLine>
      </Cell>
      <Cell className={wide.used}>{terms.used}</Cell>
      <Cell className={wide.ends}>{terms.ends}</Cell>
      <td className="text-end">
        <Button
          size="sm"
          aria-label={t('invites.revokeOf', { name: isolate(to) })}
          onClick={onRevoke}
        >
          {t('invites.revoke.action')}
        </Button>
      </td>
    </Row>
  )
}
