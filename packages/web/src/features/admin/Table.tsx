import type { ReactNode } from 'react'

import { cn } from '../../ui/cn.ts'
import { VisuallyHidden } from '../../ui/VisuallyHidden.tsx'

export interface Column {
  readonly text: string
  /** Its width, and where there is no room for it. The cells of the column take the same. */
  readonly className?: string
  /** Only read out, such as that of the menus. */
  readonly silent?: boolean
}

/** Rows under named columns. */
export function Table(props: {
  label: string
  columns: readonly Column[]
  busy: boolean
  children: ReactNode
}) {
  return (
    <table aria-label={props.label} aria-busy={props.busy} className="mt-4 w-full table-fixed">
      <thead>
        <tr className="border-b border-line text-sm text-ink-2">
          {props.columns.map(({ text, className, silent }) => (
            <th key={text} scope="col" className={cn('px-2 pb-2 text-start font-semi', className)}>
              {silent ? <VisuallyHidden>{text}</VisuallyHidden> : text}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>{props.children}</tbody>
    </table>
  )
}

export function Row({ children, faint = false }: { children: ReactNode; faint?: boolean }) {
  return (
    <tr
      className={cn(
        'h-[47px] border-b border-line text-md transition-colors hover:bg-side has-data-popup-open:bg-side pointer-coarse:h-16',
        faint && 'text-ink-2',
      )}
    >
      {children}
    </tr>
  )
}

export function Cell({ children, className }: { children?: ReactNode; className?: string }) {
  return <td className={cn('truncate px-2 text-ink-2', className)}>{children}</td>
}

/** What the row is about; on a phone the second line says what the other columns would. */
export function NameCell(props: {
  picture: ReactNode
  name: ReactNode
  second: readonly (string | null)[]
}) {
  const second = props.second.filter((part) => part !== null && part !== '')
  return (
    <th scope="row" className="px-2 text-start font-regular">
      <span className="flex items-center gap-3">
        {props.picture}
        <span className="min-w-0 flex-1">
          <span className="flex min-w-0 font-semi">
            <span dir="auto" className="truncate">
              {props.name}
            </span>
          </span>
          <span className="block text-sm wrap-anywhere text-ink-2 wide:hidden">
            {second.map((part, at) => (
              <span key={part}>
                {at > 0 && ' · '}
                <bdi>{part}</bdi>
              </span>
            ))}
          </span>
        </span>
      </span>
    </th>
  )
}
