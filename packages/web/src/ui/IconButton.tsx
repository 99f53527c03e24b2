import type { ComponentProps } from 'react'

import { cn } from './cn.ts'
import { Icon, type LucideIcon } from './Icon.tsx'

/** A button that is only an icon. `label` is its name and its tooltip; `pressed` makes it a toggle. */
export function IconButton({
  label,
  icon,
  flip = false,
  pressed,
  shortcut,
  className,
  ...rest
}: Omit<ComponentProps<'button'>, 'children' | 'aria-label' | 'title'> & {
  label: string
  icon: LucideIcon
  flip?: boolean
  pressed?: boolean | undefined
  /** Shown behind the label in the tooltip. */
  shortcut?: string | undefined
}) {
  return (
    <button
      type="button"
      {...rest}
      aria-label={label}
      title={shortcut === undefined ? label : `${label} (${shortcut})`}
      aria-pressed={pressed}
      className={cn(
        'icon-button size-(--hit) shrink-0 place-items-center rounded-md transition-colors select-none',
        'text-ink-2 hover:bg-hover hover:text-ink active:bg-selected disabled:bg-hover disabled:text-ink-3',
        'aria-pressed:bg-selected aria-pressed:text-ink data-popup-open:bg-selected data-popup-open:text-ink',
        className,
      )}
    >
      <Icon of={icon} flip={flip} />
    </button>
  )
}
