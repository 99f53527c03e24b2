import type { ReactNode } from 'react'

import { cn } from './cn.ts'
import { Bird } from './Mark.tsx'

/** The wire across the whole pane, with the bird above the column that follows. `flock` adds two. */
export function Wire({ column, flock = false }: { column: string; flock?: boolean }) {
  return (
    <div
      aria-hidden
      className={cn('w-full border-ink px-6 text-ink', flock ? 'border-b-[3px]' : 'border-b-2')}
    >
      <div className={cn('relative mx-auto', column)}>
        <Bird
          className={cn('-mb-px rtl:-scale-x-100', flock ? 'ms-0.5 w-[72px]' : '-ms-0.5 w-[86px]')}
        />
        {flock && (
          <div className="absolute end-0 -bottom-px flex items-end gap-5 wide:start-[calc(50%+252px)] wide:end-auto">
            <Bird className="w-10 -scale-x-100 text-brand rtl:scale-x-100" />
            <Bird className="w-9 -scale-x-100 text-ink-3 rtl:scale-x-100" />
          </div>
        )}
      </div>
    </div>
  )
}

/** A pane with nothing in it yet: the bird on the wire, a sentence or two, and what to do next. */
export function EmptyState(props: {
  title: string
  text?: ReactNode
  children?: ReactNode
  column?: string
}) {
  const column = props.column ?? 'max-w-[460px]'
  return (
    <div className="flex min-h-0 flex-1 flex-col overflow-y-auto pb-12">
      <div className="h-[22vh] max-h-[22%] shrink-0" />
      <Wire column={column} />
      <div className="px-6">
        <div className={cn('mx-auto pt-8', column)}>
          <h1 className="text-2xl font-bold">{props.title}</h1>
          {props.text !== undefined && <p className="mt-2 text-intro text-ink-2">{props.text}</p>}
          {props.children}
        </div>
      </div>
    </div>
  )
}
