import { cn } from './cn.ts'
import { useAfter } from './use-after.ts'

/** The reserved place of something that is loading. Its size comes from `className`; it never moves. */
function Skeleton({ className }: { className: string }) {
  return <span aria-hidden className={cn('block rounded-full bg-skeleton', className)} />
}

const widths = [
  ['w-28', 'w-44'],
  ['w-20', 'w-36'],
  ['w-24', 'w-48'],
  ['w-16', 'w-32'],
  ['w-28', 'w-40'],
] as const

/** Rows of a list that has not arrived. */
export function SkeletonRows({ count }: { count: number }) {
  return (
    <div aria-hidden>
      {Array.from({ length: count }, (_, row) => (
        <div key={row} className="flex h-(--h-row) items-center gap-3 px-4">
          <Skeleton className="size-(--size-avatar) shrink-0" />
          <span className="flex flex-col gap-2.5">
            <Skeleton className={cn('h-2.5', widths[row % widths.length]?.[0])} />
            <Skeleton className={cn('h-2.5', widths[row % widths.length]?.[1])} />
          </span>
        </div>
      ))}
    </div>
  )
}

/** The same, unless the list is there at once. */
export function LateRows({ count }: { count: number }) {
  return useAfter(300) ? <SkeletonRows count={count} /> : null
}
