import type { ConversationBase } from '@roost/protocol'
import { useId } from 'react'
import { useTranslation } from 'react-i18next'

import { RadioRow } from '../../ui/RadioRow.tsx'

type Visibility = ConversationBase['visibility']

/** Who may find a room, read it and come in. */
export function VisibilityChoice(props: {
  value: Visibility
  onChange: (visibility: Visibility) => void
}) {
  const { t } = useTranslation('rooms')
  const name = useId()
  return (
    <fieldset>
      <legend className="mb-1 text-sm font-semi">{t('form.visibility')}</legend>
      <div className="-mx-2">
        {(['private', 'public'] as const).map((visibility) => (
          <RadioRow
            key={visibility}
            name={name}
            label={t(`form.${visibility}`)}
            hint={t(`form.${visibility}Hint`)}
            checked={props.value === visibility}
            onChoose={() => props.onChange(visibility)}
          />
        ))}
      </div>
    </fieldset>
  )
}
