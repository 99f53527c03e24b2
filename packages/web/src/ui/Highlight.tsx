import type { ReactNode } from 'react'

import { matchRanges } from './match-ranges.ts'

/** A text with the matches of a search query marked. */
export function Highlight({ text, query }: { text: string; query: string }) {
  const parts: ReactNode[] = []
  let from = 0
  for (const [start, end] of matchRanges(text, query)) {
    parts.push(text.slice(from, start), <mark key={start}>{text.slice(start, end)}</mark>)
    from = end
  }
  return (
    <>
      {parts}
      {text.slice(from)}
    </>
  )
}
