import { Menu as Base } from '@base-ui/react/menu'
import { ChevronRight } from 'lucide-react'
import { Fragment, type RefObject } from 'react'

import { useBackCloses } from './back-closes.ts'
import { cn } from './cn.ts'
import { Icon } from './Icon.tsx'
import type { MenuItem, MenuItems } from './Menu.tsx'

const itemLook = cn(
  'flex min-h-9 items-center gap-3 rounded-md px-2.5 text-md outline-none select-none pointer-coarse:min-h-11',
  'data-disabled:text-ink-3 data-highlighted:bg-hover-up data-popup-open:bg-hover-up',
)

export const popupLook = cn(
  'max-h-(--available-height) max-w-[min(20rem,calc(100vw-16px))] min-w-52 overflow-y-auto rounded-bubble bg-raised p-1.5 text-ink shadow-2 outline-none',
  'border border-line transition-[opacity,scale] duration-fast ease-out',
  'data-ending-style:opacity-0 data-starting-style:scale-97 data-starting-style:opacity-0',
)

/** A place on screen, such as where somebody clicked. */
export interface Place {
  readonly getBoundingClientRect: () => DOMRect
}

/** A list of commands at an anchor: arrow keys, type-ahead, Escape; focus returns to the anchor. */
export function MenuPopup(props: {
  open: boolean
  onOpenChange: (open: boolean) => void
  anchor: RefObject<HTMLElement | null>
  /** Where it appears, if not at the anchor. */
  place?: Place | null
  items: MenuItems
  align: 'start' | 'end'
}) {
  const items = typeof props.items === 'function' ? props.items() : props.items
  useBackCloses(props.open, () => props.onOpenChange(false))
  /** Back to the anchor, unless what was chosen has led the focus elsewhere, such as into a dialog. */
  const returnFocus = () => {
    const active = document.activeElement
    const here = active === document.body || active?.closest('[role=menu]')
    return here ? props.anchor.current : false
  }
  return (
    <Base.Root open={props.open} onOpenChange={(open) => props.onOpenChange(open)}>
      <Base.Portal>
        <Base.Positioner
          anchor={props.place ?? props.anchor}
          align={props.align}
          sideOffset={props.place ? 2 : 6}
          collisionPadding={8}
          className="outline-none"
        >
          <Base.Popup finalFocus={returnFocus} className={popupLook}>
            <MenuEntries items={items} />
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}

/** The commands of a menu, for one that has more than these. */
export function MenuEntries({ items }: { items: readonly MenuItem[] }) {
  return items.map((item) => (
    <Fragment key={item.label}>
      {item.apart && <Base.Separator className="mx-2.5 my-1.5 h-px bg-line" />}
      {item.items ? (
        <Base.SubmenuRoot>
          <Base.SubmenuTrigger className={itemLook}>
            <Face item={item} />
            <Icon of={ChevronRight} inline flip className="text-ink-2" />
          </Base.SubmenuTrigger>
          <Base.Portal>
            <Base.Positioner collisionPadding={8} sideOffset={4} className="outline-none">
              <Base.Popup className={popupLook}>
                <MenuEntries items={item.items} />
              </Base.Popup>
            </Base.Positioner>
          </Base.Portal>
        </Base.SubmenuRoot>
      ) : (
        <Base.Item
          disabled={item.disabled ?? false}
          aria-keyshortcuts={item.shortcut?.key}
          onClick={item.onSelect}
          className={cn(itemLook, item.danger && 'text-danger')}
        >
          <Face item={item} />
        </Base.Item>
      )}
    </Fragment>
  ))
}

function Face({ item }: { item: MenuItem }) {
  return (
    <>
      {item.icon && (
        <Icon
          of={item.icon}
          flip={item.flip ?? false}
          className={item.danger ? undefined : 'text-ink-2'}
        />
      )}
      <span className="flex-1">{item.label}</span>
      {item.shortcut !== undefined && (
        <span aria-hidden className="text-sm text-ink-2 pointer-coarse:hidden">
          {item.shortcut.label ?? item.shortcut.key}
        </span>
      )}
    </>
  )
}
