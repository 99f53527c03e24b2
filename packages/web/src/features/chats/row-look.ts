import { cn } from '../../ui/cn.ts'

/** A row of the chat list, whatever it leads to. The dot of who is online is cut out of its fill. */
export function rowLook(selected: boolean): string {
  return cn(
    'flex h-(--h-row) w-full items-center gap-3 rounded-lg px-2 text-start focus-inside transition-colors select-none [-webkit-touch-callout:none]',
    'data-popup-open:bg-hover',
    selected
      ? 'bg-selected [--around:var(--selected)]'
      : '[--around:var(--bg)] hover:bg-hover hover:[--around:var(--hover)] wide:[--around:var(--side)]',
  )
}
