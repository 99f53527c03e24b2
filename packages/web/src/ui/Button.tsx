import type { ComponentProps } from 'react'

import { cn } from './cn.ts'
import { Spinner } from './Spinner.tsx'

const variants = {
  primary: 'bg-brand text-on-brand hover:bg-brand-hover active:bg-brand-active',
  secondary:
    'border border-line-strong bg-transparent text-ink hover:bg-hover-up active:bg-selected',
  quiet: 'bg-transparent text-ink hover:bg-hover-up active:bg-selected',
  danger: 'bg-danger text-on-danger hover:brightness-92 active:brightness-85',
}
const sizes = {
  sm: 'hit h-8 rounded-md px-2.5 text-sm',
  md: 'h-(--h-button) min-h-(--hit) rounded-md px-3.5 text-md',
  lg: 'h-11 rounded-md px-4 text-msg',
}

/**
 * `busy` keeps the button focusable and silent while its action runs. Use one primary button a view.
 */
export function Button({
  variant = 'secondary',
  size = 'md',
  busy = false,
  className,
  children,
  onClick,
  ...rest
}: ComponentProps<'button'> & {
  variant?: keyof typeof variants
  size?: keyof typeof sizes
  busy?: boolean
}) {
  return (
    <button
      type="button"
      {...rest}
      aria-busy={busy || undefined}
      aria-disabled={busy || undefined}
      onClick={busy ? (event) => event.preventDefault() : onClick}
      className={cn(
        'button shrink-0 items-center justify-center gap-2 font-semi whitespace-nowrap select-none',
        'transition-[background-color,filter]',
        rest.disabled ? 'bg-hover text-ink-3' : variants[variant],
        sizes[size],
        className,
      )}
    >
      {busy && <Spinner />}
      {children}
    </button>
  )
}
