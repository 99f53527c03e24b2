/**
 * What the empty field says, as one line behind it: browsers cut a textarea's own without a sign. A name
 * that is isolated in it is what gives way, at its own end, whichever way it is written.
 */
export function Placeholder({ text }: { text: string }) {
  const [before, name, after] = text.split(/[\u2068\u2069]/u)
  return (
    <div
      aria-hidden
      className="pointer-events-none flex min-w-0 py-2.5 text-msg whitespace-pre text-ink-3 select-none [grid-area:1/1]"
    >
      <span className="shrink-0">{before}</span>
      {name !== undefined && <bdi className="min-w-0 truncate">{name}</bdi>}
      {after !== undefined && <span className="shrink-0">{after}</span>}
    </div>
  )
}
