import { NamedLine } from '../../ui/NamedLine.tsx'

/** What the empty field says, behind it: browsers cut a textarea's own without a sign. */
export function Placeholder({ text }: { text: string }) {
  return (
    <div
      aria-hidden
      className="pointer-events-none min-w-0 py-2.5 text-msg text-ink-3 select-none [grid-area:1/1]"
    >
      <NamedLine text={text} />
    </div>
  )
}
