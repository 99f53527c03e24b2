import { X } from 'lucide-react'
import type { ReactNode } from 'react'

import { Icon } from './Icon.tsx'

/** Something chosen, with a way to take it out again. `remove` names that: "Remove Diego Ferrer". */
export function Chip(props: {
  children: ReactNode
  picture?: ReactNode
  remove: string
  onRemove: () => void
}) {
  return (
    <span className="inline-flex h-7 max-w-full items-center gap-2 rounded-full bg-hover-up ps-1 pe-1 text-md text-ink">
      {props.picture}
      <span className="truncate" dir="auto">
        {props.children}
      </span>
      <button
        type="button"
        aria-label={props.remove}
        title={props.remove}
        onClick={props.onRemove}
        className="inline-grid size-6 shrink-0 place-items-center rounded-full text-ink-2 hover:bg-selected hover:text-ink"
      >
        <Icon of={X} inline />
      </button>
    </span>
  )
}
