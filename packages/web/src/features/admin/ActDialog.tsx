import { useRef, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { Field, FieldError } from '../../ui/Field.tsx'
import { showToast } from '../../ui/Toast.tsx'
import { useTask } from './use-task.ts'

/**
 * Asks before an act, does it, and says inside why it could not be done. With `confirm` one has to type
 * that first: for what cannot be undone. The focus is on what is to be filled in, or on the way out.
 */
export function ActDialog(props: {
  open: boolean
  onClose: () => void
  title: string
  description: ReactNode
  action: string
  danger?: boolean
  confirm?: string
  /** What a notice says when it is done. */
  done?: () => string
  onAct: () => Promise<void>
  children?: ReactNode
}) {
  const { t } = useTranslation(['admin', 'ui'])
  const task = useTask()
  const [typed, setTyped] = useState('')
  const cancel = useRef<HTMLButtonElement>(null)
  const { confirm } = props
  const sure = confirm === undefined || typed.trim() === confirm
  const act = async () => {
    if (!sure || task.busy || !(await task.run(props.onAct))) return
    props.onClose()
    if (props.done !== undefined) showToast({ text: props.done })
  }
  const hasBody = props.children !== undefined || confirm !== undefined || task.problem !== null
  return (
    <Dialog
      small
      open={props.open}
      onOpenChange={(open) => !open && props.onClose()}
      title={props.title}
      description={props.description}
      {...(props.children !== undefined && !props.danger ? {} : { initialFocus: cancel })}
      footer={
        <>
          <Button ref={cancel} variant="quiet" onClick={props.onClose}>
            {t('ui:cancel')}
          </Button>
          <Button
            variant={props.danger ? 'danger' : 'primary'}
            busy={task.busy}
            disabled={!sure}
            onClick={() => void act()}
          >
            {props.action}
          </Button>
        </>
      }
    >
      {hasBody && (
        <form
          className="flex flex-col gap-3 px-5 pt-3"
          onSubmit={(event) => {
            event.preventDefault()
            void act()
          }}
        >
          {props.children}
          {confirm !== undefined && (
            <Field
              label={t('confirm.type', { text: confirm })}
              value={typed}
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              onChange={(event) => setTyped(event.target.value)}
            />
          )}
          {task.problem !== null && <FieldError text={task.problem} />}
        </form>
      )}
    </Dialog>
  )
}
