import { adminEndpoints, type SettingName } from '@roost/protocol'
import { ApiError } from '@roost/sdk'
import i18next from 'i18next'
import { Lock } from 'lucide-react'
import { useState, type FormEvent } from 'react'
import { useTranslation } from 'react-i18next'

import { client } from '../../client/client.ts'
import { formatNumber } from '../../i18n/format.ts'
import { Button } from '../../ui/Button.tsx'
import { Field, FieldError } from '../../ui/Field.tsx'
import { Icon } from '../../ui/Icon.tsx'
import { RadioRow } from '../../ui/RadioRow.tsx'
import { showToast } from '../../ui/Toast.tsx'
import { SettingsGroup } from '../settings/SettingsGroup.tsx'
import {
  boundsOf,
  changesOf,
  draftOf,
  type ChoiceSetting,
  type Draft,
  type SettingGroup,
  type TextSetting,
} from './setting-groups.ts'
import type { Known } from './SettingsSection.tsx'
import { useTask } from './use-task.ts'

/** One group of settings: what is typed stays until it is saved, also when that fails. */
export function SettingsForm(props: {
  group: SettingGroup
  known: Known
  onSaved: (known: Known) => void
}) {
  const { group, known } = props
  const { t } = useTranslation('admin')
  const task = useTask()
  const [edits, setEdits] = useState<Partial<Draft>>({})
  const [wrong, setWrong] = useState<readonly string[]>([])
  const draft: Draft = { ...draftOf(known.settings), ...edits }
  const { changes, wrong: faulty } = changesOf(draft, known.settings)
  const dirty = Object.keys(changes).length + faulty.length > 0

  const save = async () => {
    setWrong(faulty)
    if (faulty.length > 0 || !dirty) return
    const saved = await task.run(async () => {
      try {
        props.onSaved(await client.call(adminEndpoints.adminUpdateSettings, { body: changes }))
      } catch (error) {
        if (error instanceof ApiError && error.field !== undefined) setWrong([error.field])
        throw error
      }
    })
    if (!saved) return
    setEdits((now) => (now === edits ? {} : now))
    showToast({ text: () => i18next.t('admin:settings.saved') })
  }
  const edit = (name: SettingName) => (value: string) => {
    setEdits({ ...edits, [name]: value })
    setWrong(wrong.filter((other) => other !== name))
  }
  return (
    <SettingsGroup title={t(`settings.groups.${group.id}`)}>
      <form
        noValidate
        className="flex flex-col gap-5 pt-3"
        onSubmit={(event: FormEvent) => {
          event.preventDefault()
          if (!task.busy) void save()
        }}
      >
        {group.fields.map((field) =>
          field.as === 'choice' ? (
            <Choice
              key={field.name}
              name={field.name}
              options={field.options}
              value={draft[field.name]}
              locked={known.locked[field.name]}
              onChange={edit(field.name)}
            />
          ) : (
            <Line
              key={field.name}
              name={field.name}
              numeric={field.as === 'number'}
              value={draft[field.name]}
              wrong={wrong.includes(field.name)}
              locked={known.locked[field.name]}
              onChange={edit(field.name)}
            />
          ),
        )}
        {task.problem !== null && <FieldError text={task.problem} />}
        <div className="flex gap-2">
          <Button type="submit" busy={task.busy} disabled={!dirty}>
            {t('settings.save')}
          </Button>
          {dirty && (
            <Button
              variant="quiet"
              onClick={() => {
                setEdits({})
                setWrong([])
                task.clear()
              }}
            >
              {t('settings.revert')}
            </Button>
          )}
        </div>
      </form>
    </SettingsGroup>
  )
}

interface FieldProps {
  readonly value: string
  /** The variable that decides it, where one does. */
  readonly locked: string | undefined
  readonly onChange: (value: string) => void
}

function Line(props: FieldProps & { name: TextSetting['name']; numeric: boolean; wrong: boolean }) {
  const { name, numeric, locked } = props
  const { t } = useTranslation('admin')
  const { min, max } = boundsOf(name)
  const bounds = { min: formatNumber(min), max: formatNumber(max) }
  return (
    <Field
      name={name}
      label={t(`settings.${name}.label`)}
      hint={locked === undefined ? t(`settings.${name}.hint`) : <LockedBy variable={locked} />}
      error={
        props.wrong ? t(numeric ? 'settings.wrongNumber' : 'settings.wrongText', bounds) : null
      }
      value={props.value}
      disabled={locked !== undefined}
      autoComplete="off"
      inputMode={numeric ? 'numeric' : 'text'}
      className={numeric ? '[&_input]:max-w-36' : undefined}
      onChange={(event) => props.onChange(event.target.value)}
    />
  )
}

function Choice(
  props: FieldProps & { name: ChoiceSetting['name']; options: ChoiceSetting['options'] },
) {
  const { name, locked } = props
  const { t } = useTranslation('admin')
  return (
    <fieldset disabled={locked !== undefined} className="disabled:opacity-60">
      <legend className="pb-1 text-sm font-semi">{t(`settings.${name}.label`)}</legend>
      <div className="-mx-2">
        {props.options.map((option) => (
          <RadioRow
            key={option}
            name={name}
            label={t(`settings.choices.${option}`)}
            hint={t(`settings.choices.${option}Hint`)}
            checked={props.value === option}
            onChoose={() => props.onChange(option)}
          />
        ))}
      </div>
      {locked !== undefined && (
        <p className="mt-1.5 text-sm text-ink-2">
          <LockedBy variable={locked} />
        </p>
      )}
    </fieldset>
  )
}

/** Why a setting cannot be changed here. */
function LockedBy({ variable }: { variable: string }) {
  const { t } = useTranslation('admin')
  return (
    <span className="inline-flex items-start gap-1.5">
      <Icon of={Lock} inline className="mt-px" />
      <span>
        {t('settings.locked')} <code className="text-[0.92em]">{variable}</code>
      </span>
    </span>
  )
}
