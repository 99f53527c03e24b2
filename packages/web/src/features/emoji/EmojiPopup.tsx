import { Popover } from '@base-ui/react/popover'
import { useRef, type ComponentProps } from 'react'
import { useTranslation } from 'react-i18next'

import { useBackCloses } from '../../ui/back-closes.ts'
import { cn } from '../../ui/cn.ts'
import { sheetPlace, sheetShape } from '../../ui/sheet-look.ts'
import { EmojiPicker } from './EmojiPicker.tsx'

/** The picker at an anchor; on a phone at the lower edge. Focus returns to where it was. */
export function EmojiPopup(props: {
  open: boolean
  onOpenChange: (open: boolean) => void
  anchor: ComponentProps<typeof Popover.Positioner>['anchor']
  onPick: (emoji: string) => void
}) {
  const { t } = useTranslation('messages')
  const popup = useRef<HTMLDivElement>(null)
  const search = useRef<HTMLInputElement>(null)
  useBackCloses(props.open, () => props.onOpenChange(false))
  // On a touch screen the keyboard would cover what one came to choose from.
  const firstFocus = () =>
    matchMedia('(pointer: coarse)').matches ? popup.current : search.current
  return (
    <Popover.Root open={props.open} onOpenChange={(open) => props.onOpenChange(open)}>
      <Popover.Portal>
        <Popover.Backdrop className="fixed inset-0 bg-scrim transition-opacity duration-base data-ending-style:opacity-0 data-starting-style:opacity-0 wide:hidden" />
        <Popover.Positioner
          anchor={props.anchor}
          side="top"
          align="end"
          sideOffset={8}
          collisionPadding={8}
          className={cn('z-1 outline-none', sheetPlace)}
        >
          <Popover.Popup
            ref={popup}
            aria-label={t('emoji.title')}
            initialFocus={() => firstFocus() ?? true}
            className={cn(
              'overflow-hidden rounded-bubble border border-line bg-raised text-ink shadow-2 outline-none',
              'transition-[opacity,scale] duration-fast ease-out data-ending-style:opacity-0 data-starting-style:scale-97 data-starting-style:opacity-0',
              sheetShape,
            )}
          >
            <EmojiPicker
              searchRef={search}
              onPick={(emoji) => {
                props.onPick(emoji)
                props.onOpenChange(false)
              }}
            />
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  )
}
