import { Icon, type LucideIcon } from './Icon.tsx'
import { Spinner } from './Spinner.tsx'

/** A neutral bar of 36 px below a header: something everyone here should know, no alarm. */
export function Banner({ text, icon }: { text: string; icon?: LucideIcon }) {
  return (
    <output className="flex min-h-9 shrink-0 items-center justify-center gap-2.5 border-y border-line bg-hover px-4 py-1.5 text-md text-ink">
      {icon ? <Icon of={icon} inline /> : <Spinner />}
      <span>{text}</span>
    </output>
  )
}
