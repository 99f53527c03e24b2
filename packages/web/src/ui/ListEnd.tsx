/** What stands below a list that is read page by page. */
import { useEffect, useRef, type ReactNode } from 'react'

import { Failed } from './Failed.tsx'
import { LateRows } from './Skeleton.tsx'

/** That it is on its way, that there is more, that it could not be read, or that there is nothing. */
export function ListEnd(props: {
  list: {
    readonly items: readonly unknown[]
    readonly loading: boolean
    readonly failed: boolean
    readonly hasMore: boolean
    readonly more: () => void
    readonly again: () => void
  }
  /** About how many rows are likely to come. */
  rows: number
  failed: string
  nothing: ReactNode
  className?: string
}) {
  const { list, className = 'py-3' } = props
  const empty = list.items.length === 0
  return (
    <>
      {list.loading && empty && <LateRows count={props.rows} />}
      {list.hasMore && <More onSeen={list.more} />}
      {list.failed && <Failed text={props.failed} again={list.again} className={className} />}
      {empty && !list.loading && !list.failed && !list.hasMore && (
        <output className={`block text-md text-ink-2 ${className}`}>{props.nothing}</output>
      )}
    </>
  )
}

/** Asks for more when it comes near the view, and again after every render while it is. */
function More({ onSeen }: { onSeen: () => void }) {
  const element = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (!element.current) return
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) onSeen()
      },
      { rootMargin: '200px' },
    )
    observer.observe(element.current)
    return () => observer.disconnect()
  })
  return <div ref={element} className="h-8" />
}
