import { formatDay } from '../../i18n/format.ts'
import { cn } from '../../ui/cn.ts'
import { useMinute } from '../conversation/use-minute.ts'

/** The day of what is at the top of the view, while scrolling. The separators say it to screen readers. */
export function FloatingDate(props: { day: number | null; shown: boolean }) {
  const now = useMinute()
  return (
    <div
      aria-hidden
      className={cn(
        'pointer-events-none absolute inset-x-0 top-2.5 flex justify-center transition-opacity duration-base',
        props.shown && props.day !== null ? 'opacity-100' : 'opacity-0 delay-700',
      )}
    >
      <span className="rounded-full bg-raised px-2.5 py-0.5 text-date font-semi text-ink shadow-1">
        {props.day !== null && formatDay(props.day, now)}
      </span>
    </div>
  )
}
