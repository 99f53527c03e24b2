import { memo } from 'react'

import { linkify } from './linkify.ts'

/** What a person wrote: text nodes and links, never markup. */
export const MessageText = memo(function MessageText({ text }: { text: string }) {
  return linkify(text).map((segment, index) =>
    segment.href ? (
      <a
        key={index}
        href={segment.href}
        target="_blank"
        rel="noopener noreferrer"
        className="text-link underline decoration-1 underline-offset-2"
      >
        {segment.text}
      </a>
    ) : (
      segment.text
    ),
  )
})
