import { useId, type ReactNode } from 'react'

/** A setting that is on or off, applied at once. The whole row switches it. */
export function Switch(props: {
  label: string
  hint?: ReactNode
  checked: boolean
  disabled?: boolean
  onCheckedChange: (checked: boolean) => void
}) {
  const id = useId()
  return (
    <label htmlFor={id} className="flex items-center gap-4 py-2">
      <span className="min-w-0 flex-1">
        <span className="block text-msg text-ink">{props.label}</span>
        {props.hint !== undefined && (
          <span id={`${id}-hint`} className="block text-snippet text-ink-2">
            {props.hint}
          </span>
        )}
      </span>
      <input
        id={id}
        type="checkbox"
        role="switch"
        aria-describedby={props.hint === undefined ? undefined : `${id}-hint`}
        checked={props.checked}
        aria-checked={props.checked}
        disabled={props.disabled}
        onChange={(event) => props.onCheckedChange(event.target.checked)}
        className="switch"
      />
    </label>
  )
}
