import { ChevronsUpDown } from 'lucide-react'
import type { ReactNode } from 'react'

import { cn } from './cn.ts'
import { Icon } from './Icon.tsx'

/**
 * One choice of a few. The browser's own control, so that phones show their own picker; where the
 * browser lets us, its list looks like our menus (styles/select.css).
 */
export function Select<T extends string>(props: {
  label: string
  value: T
  options: readonly { readonly value: T; readonly text: string }[]
  onValueChange: (value: T) => void
  /** `bare` has no frame, for footers. */
  bare?: boolean
  icon?: ReactNode
}) {
  return (
    <span
      className={cn(
        'relative inline-flex items-center',
        props.bare ? 'text-ink-2 hover:text-ink' : 'text-ink',
      )}
    >
      {props.icon !== undefined && (
        <span
          className={cn('pointer-events-none absolute', props.bare ? 'inset-s-1.5' : 'inset-s-3')}
        >
          {props.icon}
        </span>
      )}
      <select
        aria-label={props.label}
        value={props.value}
        onChange={(event) => {
          const choice = props.options.find((option) => option.value === event.target.value)
          if (choice) props.onValueChange(choice.value)
        }}
        className={cn(
          'select rounded-md bg-transparent text-md transition-colors',
          props.bare
            ? 'hit h-9 px-2'
            : 'h-(--h-button) min-h-(--hit) border border-line-strong ps-3 pe-9 hover:bg-hover',
          props.icon !== undefined && (props.bare ? 'ps-8' : 'ps-9'),
        )}
      >
        {props.options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.text}
          </option>
        ))}
      </select>
      {!props.bare && (
        <Icon
          of={ChevronsUpDown}
          inline
          className="pointer-events-none absolute inset-e-3 text-ink-2"
        />
      )}
    </span>
  )
}
