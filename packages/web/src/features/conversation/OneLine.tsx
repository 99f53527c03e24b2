import type { ReactNode } from 'react'

import { cn } from '../../ui/cn.ts'

/**
 * Foreign text on one line: it begins where lines of the interface begin, runs in its own direction,
 * and loses its end, not its beginning, where there is no room.
 */
export function OneLine({ children, className }: { children: ReactNode; className?: string }) {
  return (
    <span className={cn('flex min-w-0', className)}>
      <span dir="auto" className="min-w-0 truncate">
        {children}
      </span>
    </span>
  )
}
