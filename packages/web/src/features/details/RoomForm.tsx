import { limits } from '@roost/protocol'
import { ApiError, type ConversationState } from '@roost/sdk'
import i18next from 'i18next'
import { useEffect, useRef, useState, type KeyboardEvent, type SubmitEvent } from 'react'
import { useTranslation } from 'react-i18next'

import { client } from '../../client/client.ts'
import { describeError } from '../../client/describe-error.ts'
import { Button } from '../../ui/Button.tsx'
import { Field, FieldError } from '../../ui/Field.tsx'
import { VisibilityChoice } from '../new-chat/VisibilityChoice.tsx'

interface Problem {
  readonly field?: string
  /** Said when shown: the language may change. */
  readonly text: () => string
}

/** Name, topic and visibility of a room, changed in place. Only what differs is sent. */
export function RoomForm(props: { room: ConversationState; onDone: () => void }) {
  const { room, onDone } = props
  const { t } = useTranslation(['rooms', 'ui'])
  const first = useRef<HTMLInputElement>(null)
  const [name, setName] = useState(room.name ?? '')
  const [topic, setTopic] = useState(room.topic ?? '')
  const [visibility, setVisibility] = useState(room.visibility)
  const [problem, setProblem] = useState<Problem | null>(null)
  const [busy, setBusy] = useState(false)
  useEffect(() => first.current?.select(), [])

  const save = async () => {
    if (name.trim() === '')
      return setProblem({ field: 'name', text: () => i18next.t('rooms:form.nameMissing') })
    const about = topic.trim() === '' ? null : topic.trim()
    setBusy(true)
    try {
      await client.updateRoom(room.id, {
        ...(name.trim() !== room.name && { name: name.trim() }),
        ...(about !== room.topic && { topic: about }),
        ...(visibility !== room.visibility && { visibility }),
      })
      onDone()
    } catch (error) {
      const field = error instanceof ApiError ? error.field : undefined
      setProblem(
        field === 'name' || field === 'topic'
          ? { field, text: () => i18next.t('rooms:form.lineInvalid') }
          : { text: () => describeError(error) },
      )
      setBusy(false)
    }
    return undefined
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || event.nativeEvent.isComposing) return
    // It ends the editing, not the panel around it.
    event.preventDefault()
    event.stopPropagation()
    onDone()
  }
  const errorOf = (field: string) => (problem?.field === field ? problem.text() : null)
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- Escape ends it from any field
    <form
      noValidate
      aria-label={t('edit.action')}
      onKeyDown={onKeyDown}
      onSubmit={(event: SubmitEvent) => {
        event.preventDefault()
        if (!busy) void save()
      }}
      className="flex flex-col gap-4"
    >
      <Field
        ref={first}
        dir="auto"
        label={t('form.name')}
        value={name}
        maxLength={limits.roomNameMax}
        autoComplete="off"
        error={errorOf('name')}
        onChange={(event) => setName(event.target.value)}
      />
      <Field
        dir="auto"
        label={t('form.topic')}
        value={topic}
        maxLength={limits.topicMax}
        autoComplete="off"
        error={errorOf('topic')}
        onChange={(event) => setTopic(event.target.value)}
      />
      <VisibilityChoice value={visibility} onChange={setVisibility} />
      {problem && problem.field === undefined && <FieldError text={problem.text()} />}
      <div className="flex gap-2">
        <Button variant="primary" type="submit" busy={busy}>
          {t('edit.save')}
        </Button>
        <Button variant="quiet" onClick={onDone}>
          {t('ui:cancel')}
        </Button>
      </div>
    </form>
  )
}
