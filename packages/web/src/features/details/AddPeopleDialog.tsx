import type { User } from '@roost/protocol'
import i18next from 'i18next'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'

import { client } from '../../client/client.ts'
import { useStore } from '../../client/use-store.ts'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { showToast } from '../../ui/Toast.tsx'
import { PeoplePicker } from '../new-chat/PeoplePicker.tsx'

/** Brings people into a room. In a large one those who are in it already are not known: they stay. */
export function AddPeopleDialog(props: {
  conversationId: string
  open: boolean
  onOpenChange: (open: boolean) => void
}) {
  const { t } = useTranslation('rooms')
  const inside = useStore((state) => [
    state.me?.id ?? '',
    ...Object.keys(state.conversations[props.conversationId]?.receipts ?? {}),
  ])
  const except = useMemo(() => new Set(inside), [inside])
  const [chosen, setChosen] = useState<readonly User[]>([])
  const [busy, setBusy] = useState(false)
  const [wasOpen, setWasOpen] = useState(props.open)
  if (props.open !== wasOpen) {
    setWasOpen(props.open)
    if (props.open) setChosen([])
  }

  const add = async () => {
    if (busy || chosen.length === 0) return
    setBusy(true)
    const results = await Promise.allSettled(
      chosen.map(({ id }) => client.addMember(props.conversationId, id)),
    )
    setBusy(false)
    const failed = chosen.filter((_, index) => results[index]?.status === 'rejected')
    setChosen(failed)
    if (failed.length > 0)
      showToast({ text: () => i18next.t('rooms:add.failed', { count: failed.length }) })
    else props.onOpenChange(false)
  }
  return (
    <Dialog
      open={props.open}
      onOpenChange={props.onOpenChange}
      title={t('add.title')}
      footer={
        <Button
          variant="primary"
          busy={busy}
          disabled={chosen.length === 0}
          onClick={() => void add()}
        >
          {chosen.length > 0 ? t('add.count', { count: chosen.length }) : t('add.action')}
        </Button>
      }
    >
      <PeoplePicker
        chosen={chosen}
        onChosenChange={setChosen}
        onDone={() => void add()}
        except={except}
      />
    </Dialog>
  )
}
