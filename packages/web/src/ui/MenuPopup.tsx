import { Menu as Base } from '@base-ui/react/menu'
import { Fragment, type RefObject } from 'react'

import { cn } from './cn.ts'
import { Icon } from './Icon.tsx'
import type { MenuItem } from './Menu.tsx'

const itemLook = cn(
  'flex min-h-9 items-center gap-3 rounded-md px-2.5 text-md outline-none select-none pointer-coarse:min-h-11',
  'data-disabled:text-ink-3 data-highlighted:bg-hover-up',
)

/** A list of commands at an anchor: arrow keys, type-ahead, Escape; focus returns to the anchor. */
export function MenuPopup(props: {
  open: boolean
  onOpenChange: (open: boolean) => void
  anchor: RefObject<HTMLElement | null>
  items: readonly MenuItem[]
  align: 'start' | 'end'
}) {
  return (
    <Base.Root open={props.open} onOpenChange={(open) => props.onOpenChange(open)}>
      <Base.Portal>
        <Base.Positioner
          anchor={props.anchor}
          align={props.align}
          sideOffset={6}
          collisionPadding={8}
          className="outline-none"
        >
          <Base.Popup
            finalFocus={props.anchor}
            className={cn(
              'max-h-(--available-height) min-w-52 overflow-y-auto rounded-bubble bg-raised p-1.5 text-ink shadow-2 outline-none',
              'border border-line transition-[opacity,scale] duration-fast ease-out',
              'data-ending-style:opacity-0 data-starting-style:scale-97 data-starting-style:opacity-0',
            )}
          >
            {props.items.map((item) => (
              <Fragment key={item.label}>
                {item.apart && <Base.Separator className="mx-2.5 my-1.5 h-px bg-line" />}
                <Base.Item
                  disabled={item.disabled ?? false}
                  onClick={item.onSelect}
                  className={cn(itemLook, item.danger && 'text-danger')}
                >
                  {item.icon && (
                    <Icon of={item.icon} className={item.danger ? undefined : 'text-ink-2'} />
                  )}
                  <span className="flex-1">{item.label}</span>
                  {item.shortcut !== undefined && (
                    <span className="text-sm text-ink-2">{item.shortcut}</span>
                  )}
                </Base.Item>
              </Fragment>
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}
