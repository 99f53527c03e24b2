import { UserPlus } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'

import { useStore } from '../../client/use-store.ts'
import { Button } from '../../ui/Button.tsx'
import { Icon } from '../../ui/Icon.tsx'

const InviteDialog = lazy(() =>
  import('./InviteDialog.tsx').then((module) => ({ default: module.InviteDialog })),
)

/** Whether I may make links to the server; those to a room are its owner's and administrators'. */
export function useMayInvite(): boolean {
  return useStore(
    ({ me, server }) => server?.invites === 'members' || (me !== null && me.role !== 'user'),
  )
}

/** Opens the making of invite links: to the room, or to the server. Nothing for whom may make none. */
export function InviteButton(props: {
  conversationId?: string
  variant?: 'primary' | 'secondary' | 'quiet'
  className?: string
}) {
  const { conversationId } = props
  const { t } = useTranslation('invites')
  const mayToServer = useMayInvite()
  const role = useStore((state) =>
    conversationId === undefined ? null : state.conversations[conversationId]?.membership?.role,
  )
  const [open, setOpen] = useState(false)
  if (conversationId === undefined ? !mayToServer : role !== 'owner' && role !== 'admin')
    return null
  return (
    <>
      <Button
        variant={props.variant ?? 'secondary'}
        className={props.className}
        onClick={() => setOpen(true)}
      >
        <Icon of={UserPlus} inline />
        {t('button')}
      </Button>
      <LazyInviteDialog conversationId={conversationId} open={open} onOpenChange={setOpen} />
    </>
  )
}

/** The dialog, fetched when it is first opened. */
export function LazyInviteDialog(props: {
  conversationId?: string | undefined
  open: boolean
  onOpenChange: (open: boolean) => void
}) {
  const [wanted, setWanted] = useState(props.open)
  if (props.open && !wanted) setWanted(true)
  return wanted ? (
    <Suspense>
      <InviteDialog {...props} />
    </Suspense>
  ) : null
}
