/** Everything one can do with a message. Beside it or at the pointer; on a phone at the lower edge. */
import { Menu as Base } from '@base-ui/react/menu'
import { Copy, Info, Link, Pencil, Reply, RotateCw, SmilePlus, Trash2 } from 'lucide-react'
import { useRef, type KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'

import { client } from '../../client/client.ts'
import { useStore } from '../../client/use-store.ts'
import { useBackCloses } from '../../ui/back-closes.ts'
import { cn } from '../../ui/cn.ts'
import { Icon } from '../../ui/Icon.tsx'
import type { MenuItem } from '../../ui/Menu.tsx'
import { MenuEntries, popupLook } from '../../ui/MenuPopup.tsx'
import { sheetPlace, sheetShape } from '../../ui/sheet-look.ts'
import { startEditing } from '../composer/editing.ts'
import { quickEmoji } from '../emoji/recent.ts'
import type { Post } from '../timeline/build-rows.ts'
import { copyLink, copyMessage, replyTo, toggleReaction } from './commands.ts'
import { deleteWithUndo } from './deletions.ts'
import { openOverlay, type Overlay } from './overlay.ts'
import { canCopy, canDelete, canEdit, canInspect, canRespond, canRetry } from './permissions.ts'

interface Props {
  readonly overlay: Overlay
  readonly post: Post
  readonly open: boolean
  readonly onClose: () => void
}

export function MessageMenu({ overlay, post, open, onClose }: Props) {
  const { t } = useTranslation('messages')
  /** Where a command has led the focus, or is about to. */
  const ledAway = useRef(false)
  const respond = useStore((state) => canRespond(state, post))
  const lead = (act: () => void) => () => {
    ledAway.current = true
    act()
  }
  /** What may take the message with it, and the menu: done once that is closed and the focus is back. */
  const atEnd = useRef(() => {})
  const later = (act: () => void) => () => {
    atEnd.current = act
  }
  const items = useItems({ overlay, post, lead, later })
  useBackCloses(open, onClose)
  /** To the message itself: of an element that Tab passes by, the menu would take what is in it. */
  const returnFocus = () => {
    if (!ledAway.current) overlay.opener?.focus({ preventScroll: true })
    atEnd.current()
    atEnd.current = () => {}
    return false
  }
  return (
    <Base.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 bg-scrim transition-opacity duration-base data-ending-style:opacity-0 data-starting-style:opacity-0 wide:hidden" />
        <Base.Positioner
          anchor={anchorOf(overlay)}
          side="bottom"
          align="start"
          sideOffset={4}
          collisionPadding={8}
          className={cn('outline-none', sheetPlace)}
        >
          <Base.Popup
            aria-label={t('menu.label')}
            finalFocus={returnFocus}
            className={cn(popupLook, sheetShape)}
          >
            {respond && !('clientId' in post) && (
              <QuickReactions
                mine={post.reactions.filter(({ mine }) => mine).map(({ emoji }) => emoji)}
                onPick={(emoji) => toggleReaction(post, emoji)}
                onMore={lead(() => openOverlay('picker', post, overlay))}
              />
            )}
            <MenuEntries items={items} />
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}

type Wrap = (act: () => void) => () => void

function useItems(menu: { overlay: Overlay; post: Post; lead: Wrap; later: Wrap }): MenuItem[] {
  const { overlay, post, lead, later } = menu
  const { t } = useTranslation(['messages', 'timeline'])
  const may = useStore((state) => ({
    respond: canRespond(state, post),
    edit: canEdit(state, post),
    inspect: canInspect(state, post),
    remove: canDelete(state, post),
  }))
  const items: MenuItem[] = []
  if (canRetry(post))
    items.push({
      label: t('timeline:failed.retry'),
      icon: RotateCw,
      shortcut: { key: 'R' },
      onSelect: () => client.retry(post.clientId),
    })
  const stored = 'clientId' in post ? null : post
  if (stored && may.respond)
    items.push({
      label: t('menu.reply'),
      icon: Reply,
      flip: true,
      shortcut: { key: 'R' },
      onSelect: lead(() => replyTo(stored)),
    })
  if (canCopy(post))
    items.push({
      label: t('menu.copy'),
      icon: Copy,
      shortcut: { key: 'C' },
      onSelect: () => copyMessage(post),
    })
  if (stored) items.push({ label: t('menu.link'), icon: Link, onSelect: () => copyLink(stored) })
  if (may.edit)
    items.push({
      label: t('menu.edit'),
      icon: Pencil,
      shortcut: { key: 'E' },
      onSelect: lead(() => startEditing(post)),
    })
  if (may.inspect)
    items.push({
      label: t('menu.info'),
      icon: Info,
      onSelect: lead(() => openOverlay('info', post, overlay)),
    })
  if (may.remove)
    items.push({
      label: t('menu.delete'),
      icon: Trash2,
      shortcut: { key: 'Delete', label: t('menu.deleteKey') },
      danger: true,
      apart: true,
      onSelect: later(() => deleteWithUndo(post)),
    })
  return items
}

/** Left and right go along the row, up and down through the menu. */
function QuickReactions(props: {
  mine: readonly string[]
  onPick: (emoji: string) => void
  onMore: () => void
}) {
  const { t } = useTranslation('messages')
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const rtl = document.documentElement.dir === 'rtl'
    const next = event.key === (rtl ? 'ArrowLeft' : 'ArrowRight')
    if (!next && event.key !== (rtl ? 'ArrowRight' : 'ArrowLeft')) return
    const { activeElement } = document
    const to = next ? activeElement?.nextElementSibling : activeElement?.previousElementSibling
    if (to instanceof HTMLElement) to.focus()
    event.preventDefault()
  }
  return (
    <Base.Group
      aria-label={t('menu.react')}
      onKeyDown={onKeyDown}
      className="mb-1.5 flex justify-between gap-0.5 border-b border-line pb-1.5"
    >
      {quickEmoji().map((emoji) => (
        <Base.CheckboxItem
          key={emoji}
          checked={props.mine.includes(emoji)}
          closeOnClick
          aria-label={t('menu.reactWith', { emoji })}
          onClick={() => props.onPick(emoji)}
          className={cn(quickLook, 'text-[21px]/none data-checked:bg-mention-bg')}
        >
          {emoji}
        </Base.CheckboxItem>
      ))}
      <Base.Item
        aria-label={t('menu.reactMore')}
        title={t('menu.reactMore')}
        onClick={props.onMore}
        className={cn(quickLook, 'text-ink-2')}
      >
        <Icon of={SmilePlus} />
      </Base.Item>
    </Base.Group>
  )
}

const quickLook =
  'grid size-9 place-items-center rounded-md outline-none select-none data-highlighted:bg-hover-up pointer-coarse:size-11'

function anchorOf({ anchor }: Overlay) {
  if (anchor instanceof Element) return anchor
  return { getBoundingClientRect: () => new DOMRect(anchor.x, anchor.y, 0, 0) }
}
