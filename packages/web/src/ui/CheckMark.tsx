import { cn } from './cn.ts'

/** The round mark at the end of a row that can be chosen. A picture only: the row says its state. */
export function CheckMark({ checked }: { checked: boolean }) {
  return (
    <span
      aria-hidden
      className={cn(
        'inline-grid size-5 shrink-0 place-items-center rounded-full transition-colors',
        checked ? 'bg-strong text-on-strong' : 'border-[1.5px] border-line-strong',
      )}
    >
      {checked && (
        <svg viewBox="0 0 12 12" className="size-3">
          <path
            d="m2 6.4 2.7 2.7L10 3.4"
            fill="none"
            stroke="currentColor"
            strokeWidth="1.8"
            strokeLinecap="round"
            strokeLinejoin="round"
          />
        </svg>
      )}
    </span>
  )
}
