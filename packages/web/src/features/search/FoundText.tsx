import { useMemo, type ReactNode } from 'react'

import { snippetOf, wordRanges } from './find-words.ts'

/** The part of a message in which a search has found something, with that marked. */
export function FoundText(props: { body: string; query: string; length?: number }) {
  const { body, query, length = 200 } = props
  return useMemo(() => {
    const text = snippetOf(body, query, length)
    const parts: ReactNode[] = []
    let from = 0
    for (const [start, end] of wordRanges(text, query)) {
      parts.push(
        text.slice(from, start),
        <mark key={start} className="rounded-xs text-own-ink">
          {text.slice(start, end)}
        </mark>,
      )
      from = end
    }
    return [...parts, text.slice(from)]
  }, [body, query, length])
}
