import { limits, type Me } from '@roost/protocol'
import { ApiError } from '@roost/sdk'
import i18next from 'i18next'
import { useState, type SubmitEvent } from 'react'
import { useTranslation } from 'react-i18next'

import { client } from '../../client/client.ts'
import { describeError } from '../../client/describe-error.ts'
import { Button } from '../../ui/Button.tsx'
import { Field, FieldError } from '../../ui/Field.tsx'
import { Saved } from '../../ui/Saved.tsx'

type FieldName = 'name' | 'about'
interface Problem {
  readonly field?: FieldName
  /** Said when shown: the language may change. */
  readonly text: () => string
}

/** My name and the line about me. What is typed stays until it is saved or taken back. */
export function ProfileForm({ me }: { me: Me }) {
  const { t } = useTranslation(['settings', 'ui'])
  // What has not been touched follows the account, also when another device changes it.
  const [typed, setTyped] = useState<Partial<Record<FieldName, string>>>({})
  const [problem, setProblem] = useState<Problem | null>(null)
  const [busy, setBusy] = useState(false)
  const [saved, setSaved] = useState(0)
  const name = typed.name ?? me.name
  const about = typed.about ?? me.about ?? ''
  const changed = name.trim() !== me.name || about.trim() !== (me.about ?? '')

  const type = (field: FieldName, value: string) => {
    setTyped({ ...typed, [field]: value })
    if (problem?.field === field) setProblem(null)
  }
  const save = async () => {
    if (name.trim() === '')
      return setProblem({ field: 'name', text: () => i18next.t('settings:profile.nameMissing') })
    setBusy(true)
    setProblem(null)
    try {
      await client.updateMe({ name: name.trim(), about: about.trim() === '' ? null : about.trim() })
      setTyped((now) => (now === typed ? {} : now))
      setSaved((count) => count + 1)
    } catch (error) {
      const field = error instanceof ApiError ? error.field : undefined
      if (field === 'name' || field === 'about')
        setProblem({ field, text: () => i18next.t('settings:profile.lineInvalid') })
      else setProblem({ text: () => describeError(error) })
    } finally {
      setBusy(false)
    }
    return undefined
  }
  const field = (of: FieldName) => ({
    name: of,
    error: problem?.field === of ? problem.text() : null,
    onChange: (event: { target: { value: string } }) => type(of, event.target.value),
  })
  return (
    <form
      noValidate
      onSubmit={(event: SubmitEvent) => {
        event.preventDefault()
        if (!busy && changed) void save()
      }}
      className="mt-7 flex flex-col gap-5 border-t border-line pt-6"
    >
      <Field
        {...field('name')}
        dir="auto"
        label={t('profile.name')}
        value={name}
        maxLength={limits.displayNameMax}
        autoComplete="name"
      />
      <Field
        {...field('about')}
        dir="auto"
        label={t('profile.about')}
        aside={
          <span className="text-ink-2 tabular-nums">
            {t('profile.left', { count: limits.aboutMax - about.length })}
          </span>
        }
        hint={t('profile.aboutHint')}
        value={about}
        maxLength={limits.aboutMax}
        autoComplete="off"
      />
      <Field
        dir="ltr"
        label={t('profile.username')}
        hint={t('profile.usernameHint')}
        value={me.username ?? ''}
        readOnly
        disabled
      />
      {problem && problem.field === undefined && <FieldError text={problem.text()} />}
      <div className="flex min-h-(--hit) items-center gap-2">
        <Button variant="primary" type="submit" busy={busy} disabled={!changed}>
          {t('save')}
        </Button>
        {changed && !busy && (
          <Button
            variant="quiet"
            onClick={() => {
              setTyped({})
              setProblem(null)
            }}
          >
            {t('ui:cancel')}
          </Button>
        )}
        {!changed && <Saved time={saved} />}
      </div>
    </form>
  )
}
