import type { LucideIcon } from 'lucide-react'

import { cn } from './cn.ts'

export type { LucideIcon }

/**
 * A Lucide icon as look.md draws them: 20 px (23 on phones) or `inline` 16 px. `flip` mirrors one that
 * points along the line when the language runs right to left.
 */
export function Icon(props: {
  of: LucideIcon
  inline?: boolean
  flip?: boolean
  className?: string | undefined
}) {
  const Drawing = props.of
  return (
    <Drawing
      aria-hidden
      strokeWidth={1.75}
      className={cn(
        'shrink-0',
        props.inline ? 'size-4' : 'size-(--size-icon)',
        props.flip && 'rtl:-scale-x-100',
        props.className,
      )}
    />
  )
}
