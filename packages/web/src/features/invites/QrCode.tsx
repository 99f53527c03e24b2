import { useMemo } from 'react'

import { Glyph } from '../../ui/Glyph.tsx'
import { qrPath } from './qr-path.ts'

/** A link to photograph. Dark on light in both themes: few readers know the opposite. */
export function QrCode({ text, label }: { text: string; label: string }) {
  const { size, path } = useMemo(() => qrPath(text), [text])
  return (
    <Glyph name={label} className="block w-full max-w-52">
      <svg
        aria-hidden
        viewBox={`0 0 ${size} ${size}`}
        shapeRendering="crispEdges"
        className="w-full rounded-lg border border-line bg-bg text-ink dark:bg-strong dark:text-on-strong"
      >
        <path d={path} fill="currentColor" />
      </svg>
    </Glyph>
  )
}
