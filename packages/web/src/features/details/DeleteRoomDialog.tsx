import { useNavigate, useRouter } from '@tanstack/react-router'
import { useState, type SubmitEvent } from 'react'
import { useTranslation } from 'react-i18next'

import { client } from '../../client/client.ts'
import { describeError } from '../../client/describe-error.ts'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { Field, FieldError } from '../../ui/Field.tsx'
import { isolate } from '../conversation/names.ts'

const formId = 'delete-room'

/** Deletes a room for everyone, once its name has been typed: that happens by no slip of the hand. */
export function DeleteRoomDialog(props: {
  conversationId: string
  name: string
  open: boolean
  onOpenChange: (open: boolean) => void
}) {
  const { conversationId, name } = props
  const { t } = useTranslation(['rooms', 'ui'])
  const router = useRouter()
  const navigate = useNavigate()
  const [typed, setTyped] = useState('')
  const [problem, setProblem] = useState<{ error: unknown } | null>(null)
  const [busy, setBusy] = useState(false)
  const sure = typed.trim().normalize('NFC') === name.trim()
  const [wasOpen, setWasOpen] = useState(props.open)
  if (props.open !== wasOpen) {
    setWasOpen(props.open)
    setTyped('')
    setProblem(null)
  }

  const remove = async () => {
    setBusy(true)
    setProblem(null)
    try {
      // Where one goes afterwards is there at once.
      await router.preloadRoute({ to: '/' })
      await client.deleteRoom(conversationId)
      await navigate({ to: '/', replace: true })
    } catch (error) {
      setProblem({ error })
      setBusy(false)
    }
  }
  return (
    <Dialog
      small
      open={props.open}
      onOpenChange={props.onOpenChange}
      title={t('delete.title', { title: isolate(name) })}
      description={t('delete.text')}
      footer={
        <>
          <Button variant="quiet" onClick={() => props.onOpenChange(false)}>
            {t('ui:cancel')}
          </Button>
          <Button variant="danger" type="submit" form={formId} busy={busy} disabled={!sure}>
            {t('delete.action')}
          </Button>
        </>
      }
    >
      <form
        id={formId}
        className="px-5 pt-4"
        onSubmit={(event: SubmitEvent) => {
          event.preventDefault()
          if (sure && !busy) void remove()
        }}
      >
        <Field
          dir="auto"
          label={t('delete.type')}
          hint={<bdi className="wrap-anywhere">{name}</bdi>}
          value={typed}
          autoComplete="off"
          onChange={(event) => setTyped(event.target.value)}
        />
        {problem && <FieldError text={describeError(problem.error)} />}
      </form>
    </Dialog>
  )
}
