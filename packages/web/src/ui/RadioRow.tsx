import { useId, type ReactNode } from 'react'

/** One choice of several that need a line of explanation each. Rows of one group share a `name`. */
export function RadioRow(props: {
  name: string
  label: string
  hint?: ReactNode
  checked: boolean
  onChoose: () => void
}) {
  const id = useId()
  return (
    <label
      htmlFor={id}
      className="flex min-h-(--hit) items-center gap-3 rounded-lg px-2 py-1.5 hover:bg-hover-up"
    >
      <input
        id={id}
        type="radio"
        name={props.name}
        checked={props.checked}
        onChange={props.onChoose}
        aria-describedby={props.hint === undefined ? undefined : `${id}-hint`}
        className="choice"
      />
      <span className="min-w-0 flex-1">
        <span className="block text-msg text-ink">{props.label}</span>
        {props.hint !== undefined && (
          <span id={`${id}-hint`} className="block text-snippet text-ink-2">
            {props.hint}
          </span>
        )}
      </span>
    </label>
  )
}
