import { useId } from 'react'

import { cn } from './cn.ts'
import { Icon, type LucideIcon } from './Icon.tsx'

/** Two to four choices side by side, one of them on: arrow keys move between them. */
export function Segmented<T extends string>(props: {
  label: string
  value: T
  options: readonly { readonly value: T; readonly text: string; readonly icon?: LucideIcon }[]
  onValueChange: (value: T) => void
}) {
  const name = useId()
  return (
    <fieldset className="inline-flex rounded-lg bg-hover p-1">
      <legend className="sr-only">{props.label}</legend>
      {props.options.map((option) => {
        const chosen = option.value === props.value
        return (
          <label
            key={option.value}
            className={cn(
              'relative inline-flex h-8 min-h-[calc(var(--hit)-8px)] items-center gap-2 rounded-md px-3 text-md transition-colors',
              'has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-focus',
              chosen
                ? 'bg-raised font-semi text-ink shadow-1 dark:bg-selected'
                : 'text-ink-2 hover:text-ink',
            )}
          >
            <input
              type="radio"
              name={name}
              value={option.value}
              checked={chosen}
              onChange={() => props.onValueChange(option.value)}
              className="absolute inset-0 opacity-0"
            />
            {option.icon && <Icon of={option.icon} inline />}
            {option.text}
          </label>
        )
      })}
    </fieldset>
  )
}
