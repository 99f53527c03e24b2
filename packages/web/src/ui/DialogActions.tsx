import type { ReactNode } from 'react'

/** The buttons at the foot of a dialog whose content owns them, such as a form. */
export function DialogActions({ children }: { children: ReactNode }) {
  return (
    <div className="mt-auto flex flex-wrap items-center justify-end gap-2 border-t border-line px-5 py-3 pb-(--safe-bottom)">
      {children}
    </div>
  )
}
