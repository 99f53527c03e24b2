/** Begins a conversation: with one person, with several in a room, or with nobody yet. */
import type { User } from '@roost/protocol'
import { useNavigate } from '@tanstack/react-router'
import i18next from 'i18next'
import { NotebookPen, Users } from 'lucide-react'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'

import { client } from '../../client/client.ts'
import { useStore } from '../../client/use-store.ts'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { Icon, type LucideIcon } from '../../ui/Icon.tsx'
import { showToast } from '../../ui/Toast.tsx'
import { InviteButton } from '../invites/InviteButton.tsx'
import { NewRoomForm } from './NewRoomForm.tsx'
import { PeoplePicker } from './PeoplePicker.tsx'

interface Props {
  open: boolean
  onOpenChange: (open: boolean) => void
  /** Starts with the naming of a room. */
  room?: boolean
}

const formId = 'new-room'

export function NewChatDialog({ open, onOpenChange, room = false }: Props) {
  const { t } = useTranslation('rooms')
  const navigate = useNavigate()
  const [step, setStep] = useState<'people' | 'room'>(room ? 'room' : 'people')
  const [chosen, setChosen] = useState<readonly User[]>([])
  const [busy, setBusy] = useState(false)

  // It starts anew when it opens; what it shows while it closes stays.
  const [wasOpen, setWasOpen] = useState(open)
  if (open !== wasOpen) {
    setWasOpen(open)
    if (open) {
      setStep(room ? 'room' : 'people')
      setChosen([])
    }
  }

  const enter = async (make: () => Promise<string>, sorry: 'new.failed' | 'new.roomFailed') => {
    if (busy) return
    setBusy(true)
    try {
      const conversationId = await make()
      onOpenChange(false)
      await navigate({ to: '/c/$conversationId', params: { conversationId } })
    } catch {
      showToast({ text: () => i18next.t(`rooms:${sorry}`) })
    } finally {
      setBusy(false)
    }
  }
  const openDirect = (userId: string) => void enter(() => client.openDirect(userId), 'new.failed')
  const goOn = () => {
    const [only] = chosen
    if (chosen.length === 1 && only) openDirect(only.id)
    else if (chosen.length > 1) setStep('room')
  }

  if (step === 'room') {
    return (
      <Dialog
        open={open}
        onOpenChange={onOpenChange}
        title={t('new.room')}
        footer={
          <>
            {!room && (
              <Button variant="quiet" onClick={() => setStep('people')}>
                {t('back', { ns: 'ui' })}
              </Button>
            )}
            <Button variant="primary" type="submit" form={formId} busy={busy}>
              {t('new.create')}
            </Button>
          </>
        }
      >
        <NewRoomForm
          id={formId}
          people={chosen}
          onSubmit={(values) =>
            void enter(
              () => client.createRoom({ ...values, userIds: chosen.map(({ id }) => id) }),
              'new.roomFailed',
            )
          }
        />
      </Dialog>
    )
  }
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={t('new.title')}
      footer={
        <>
          <InviteButton variant="quiet" className="-ms-3.5" />
          <span className="flex-1" />
          <Button variant="primary" busy={busy} disabled={chosen.length === 0} onClick={goOn}>
            {chosen.length > 1 ? t('new.roomWith', { count: chosen.length }) : t('new.start')}
          </Button>
        </>
      }
    >
      <People
        chosen={chosen}
        onChosenChange={setChosen}
        onDone={goOn}
        onSelf={openDirect}
        onRoom={() => setStep('room')}
      />
    </Dialog>
  )
}

function People(props: {
  chosen: readonly User[]
  onChosenChange: (chosen: readonly User[]) => void
  onDone: () => void
  onSelf: (meId: string) => void
  onRoom: () => void
}) {
  const { t } = useTranslation('rooms')
  const meId = useStore((state) => state.me?.id ?? '')
  const except = useMemo(() => new Set([meId]), [meId])
  return (
    <PeoplePicker
      chosen={props.chosen}
      onChosenChange={props.onChosenChange}
      onDone={props.onDone}
      except={except}
    >
      <Action icon={Users} label={t('new.room')} onSelect={props.onRoom} />
      <Action icon={NotebookPen} label={t('new.self')} onSelect={() => props.onSelf(meId)} />
    </PeoplePicker>
  )
}

function Action(props: { icon: LucideIcon; label: string; onSelect: () => void }) {
  return (
    <button
      type="button"
      onClick={props.onSelect}
      className="flex h-(--h-option) w-full items-center gap-3 rounded-lg px-3 text-start focus-inside hover:bg-hover-up"
    >
      <span className="grid size-(--size-face) shrink-0 place-items-center rounded-lg bg-hover text-ink">
        <Icon of={props.icon} />
      </span>
      <span className="text-row font-semi">{props.label}</span>
    </button>
  )
}
