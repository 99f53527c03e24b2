/**
 * A sentence on one line. A name that is isolated in it is what gives way, at its own end, whichever way
 * it is written: the words around it stay.
 */
export function NamedLine({ text }: { text: string }) {
  const [before, name, after] = text.split(/[\u2068\u2069]/u)
  return (
    <span className="flex max-w-full min-w-0 whitespace-pre">
      <span className="shrink-0">{before}</span>
      {name !== undefined && <bdi className="min-w-0 truncate">{name}</bdi>}
      {after !== undefined && <span className="shrink-0">{after}</span>}
    </span>
  )
}
