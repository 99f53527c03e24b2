import type { ReactNode } from 'react'

import { cn } from './cn.ts'

/** A key or chord to press. */
export function Kbd({ children, className }: { children: ReactNode; className?: string }) {
  return (
    <kbd
      className={cn(
        'rounded-xs border border-line bg-bg px-1.5 py-0.5 font-ui text-xs text-ink-2',
        className,
      )}
    >
      {children}
    </kbd>
  )
}
