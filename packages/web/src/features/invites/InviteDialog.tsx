/** Making a link that lets people in, passing it on, and taking links back. */
import { endpoints, type Invite } from '@roost/protocol'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { client } from '../../client/client.ts'
import { useStore } from '../../client/use-store.ts'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { FieldError } from '../../ui/Field.tsx'
import { Segmented } from '../../ui/Segmented.tsx'
import { isolate } from '../conversation/names.ts'
import { inviteLink, lives, uses, type Life, type Uses } from './invite-terms.ts'
import { InvitesInForce } from './InvitesInForce.tsx'
import { NewLink } from './NewLink.tsx'

interface Made {
  readonly invite: Invite
  readonly link: string
}

export function InviteDialog(props: {
  conversationId?: string | undefined
  open: boolean
  onOpenChange: (open: boolean) => void
}) {
  const { conversationId } = props
  const { t } = useTranslation('invites')
  const room = useStore((state) =>
    conversationId === undefined ? null : state.conversations[conversationId],
  )
  const server = useStore((state) => state.server?.name ?? 'Roost')
  const [made, setMade] = useState<Made | null>(null)
  const [wasOpen, setWasOpen] = useState(props.open)
  if (props.open !== wasOpen) {
    setWasOpen(props.open)
    if (props.open) setMade(null)
  }
  const title = isolate(room?.name ?? server)
  return (
    <Dialog
      open={props.open}
      onOpenChange={props.onOpenChange}
      title={t('dialog.title', { title })}
      description={t(room ? 'dialog.toRoom' : 'dialog.toServer')}
    >
      <div className="px-5 pt-2 pb-6">
        {made ? (
          <NewLink link={made.link} title={title} onAnother={() => setMade(null)} />
        ) : (
          <Terms conversationId={conversationId} onMade={setMade} />
        )}
        <InvitesInForce key={made?.invite.id} conversationId={conversationId} />
      </div>
    </Dialog>
  )
}

/** How long the link lasts, and for how many. */
function Terms(props: { conversationId: string | undefined; onMade: (made: Made) => void }) {
  const { conversationId } = props
  const { t } = useTranslation('invites')
  const [life, setLife] = useState<Life>('week')
  const [count, setCount] = useState<Uses>('any')
  const [busy, setBusy] = useState(false)
  const [failed, setFailed] = useState(false)

  const make = async () => {
    setBusy(true)
    setFailed(false)
    try {
      const terms = { expiresIn: lives[life], maxUses: uses[count] }
      const { invite, token } = await client.call(endpoints.createInvite, {
        body: conversationId === undefined ? terms : { ...terms, conversationId },
      })
      props.onMade({ invite, link: inviteLink(token) })
    } catch {
      setFailed(true)
    } finally {
      setBusy(false)
    }
  }
  return (
    <div className="flex flex-col items-start gap-4">
      <div>
        <p className="mb-1.5 text-sm font-semi">{t('dialog.life')}</p>
        <Segmented
          label={t('dialog.life')}
          value={life}
          options={(['day', 'week', 'month', 'ever'] as const).map((value) => ({
            value,
            text: t(`life.${value}`),
          }))}
          onValueChange={setLife}
        />
      </div>
      <div>
        <p className="mb-1.5 text-sm font-semi">{t('dialog.uses')}</p>
        <Segmented
          label={t('dialog.uses')}
          value={count}
          options={(['one', 'ten', 'any'] as const).map((value) => ({
            value,
            text: t(`uses.${value}`),
          }))}
          onValueChange={setCount}
        />
      </div>
      {failed && <FieldError text={t('dialog.failed')} />}
      <Button variant="primary" busy={busy} onClick={() => void make()}>
        {t('dialog.make')}
      </Button>
    </div>
  )
}
