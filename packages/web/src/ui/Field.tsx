import { CircleAlert, Eye, EyeOff } from 'lucide-react'
import { useId, useState, type ComponentProps, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

import { cn } from './cn.ts'
import { Icon } from './Icon.tsx'

/** The look of anything one types into. */
const inputLook = cn(
  'w-full rounded-md border border-line-strong bg-transparent px-3 text-msg text-ink transition-colors',
  'focus-visible:border-focus focus-visible:outline-offset-1 aria-invalid:border-danger',
  'disabled:border-line disabled:bg-hover disabled:text-ink-3',
)

/** One labelled line of input. A password gets a button that shows it. `aside` ends the label's line. */
export function Field({
  label,
  aside,
  hint,
  error,
  type = 'text',
  className,
  ...rest
}: ComponentProps<'input'> & {
  label: string
  aside?: ReactNode
  hint?: ReactNode
  error?: string | null | undefined
}) {
  const { t } = useTranslation()
  const id = useId()
  const [shown, setShown] = useState(false)
  const secret = type === 'password'
  const note = error ? `${id}-error` : hint ? `${id}-hint` : undefined
  return (
    <div className={className}>
      <div className="mb-1.5 flex flex-wrap items-baseline justify-between gap-x-4 text-sm">
        <label htmlFor={id} className="font-semi text-ink">
          {label}
        </label>
        {aside}
      </div>
      <div className="relative">
        <input
          {...rest}
          id={id}
          type={secret && shown ? 'text' : type}
          aria-invalid={error ? true : undefined}
          aria-describedby={note}
          className={cn(inputLook, 'h-(--h-field)', secret && 'pe-11')}
        />
        {secret && (
          <button
            type="button"
            aria-label={t(shown ? 'hidePassword' : 'showPassword')}
            aria-pressed={shown}
            onClick={() => setShown(!shown)}
            className="absolute inset-y-0.5 end-1 inline-grid w-9 place-items-center rounded-sm text-ink-2 hover:text-ink"
          >
            <Icon of={shown ? EyeOff : Eye} />
          </button>
        )}
      </div>
      {error ? (
        <FieldError id={`${id}-error`} text={error} />
      ) : (
        hint && (
          <p id={`${id}-hint`} className="mt-1.5 text-sm text-ink-2">
            {hint}
          </p>
        )
      )}
    </div>
  )
}

/** Says what is wrong, where it is wrong; read out as soon as it appears. */
export function FieldError({ id, text }: { id?: string; text: string }) {
  return (
    <p id={id} role="alert" className="mt-1.5 flex gap-1.5 text-sm text-danger">
      <Icon of={CircleAlert} inline className="mt-px" />
      <span>{text}</span>
    </p>
  )
}
