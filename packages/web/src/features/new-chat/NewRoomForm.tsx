import { limits, type ConversationBase, type User } from '@roost/protocol'
import { useEffect, useRef, useState, type SubmitEvent } from 'react'
import { useTranslation } from 'react-i18next'

import { Avatar } from '../../ui/Avatar.tsx'
import { face } from '../../ui/face.ts'
import { Field } from '../../ui/Field.tsx'
import { VisibilityChoice } from './VisibilityChoice.tsx'

interface Room {
  readonly name: string
  readonly topic?: string
  readonly visibility: ConversationBase['visibility']
}

/** Names a new room and says who may find it. Submitted by a button outside, by way of `id`. */
export function NewRoomForm(props: {
  id: string
  people: readonly User[]
  onSubmit: (room: Room) => void
}) {
  const { t } = useTranslation('rooms')
  const name = useRef<HTMLInputElement>(null)
  const [title, setTitle] = useState('')
  const [topic, setTopic] = useState('')
  const [visibility, setVisibility] = useState<Room['visibility']>('private')
  const [missing, setMissing] = useState(false)
  useEffect(() => name.current?.focus(), [])

  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    if (title.trim() === '') {
      setMissing(true)
      name.current?.focus()
      return
    }
    const about = topic.trim()
    props.onSubmit({ name: title.trim(), visibility, ...(about === '' ? {} : { topic: about }) })
  }
  return (
    <form id={props.id} noValidate onSubmit={submit} className="flex flex-col gap-4 px-5 pt-2 pb-5">
      <Field
        ref={name}
        dir="auto"
        label={t('form.name')}
        value={title}
        maxLength={limits.roomNameMax}
        autoComplete="off"
        error={missing && title.trim() === '' ? t('form.nameMissing') : null}
        onChange={(event) => setTitle(event.target.value)}
      />
      <Field
        dir="auto"
        label={t('form.topic')}
        hint={t('form.topicHint')}
        value={topic}
        maxLength={limits.topicMax}
        autoComplete="off"
        onChange={(event) => setTopic(event.target.value)}
      />
      <VisibilityChoice value={visibility} onChange={setVisibility} />
      {props.people.length > 0 && (
        <div>
          <p className="mb-2 text-sm font-semi">
            {t('form.people', { count: props.people.length })}
          </p>
          <ul className="flex flex-wrap gap-x-4 gap-y-2">
            {props.people.map((user) => (
              <li key={user.id} className="inline-flex max-w-full items-center gap-2">
                <Avatar {...face(user)} size={24} />
                <bdi className="truncate">{user.name}</bdi>
              </li>
            ))}
          </ul>
        </div>
      )}
    </form>
  )
}
