/** Owns the keys in the timeline: through its messages, to its ends, and what they do to a message. */
import type { KeyboardEvent, RefObject } from 'react'

import { client } from '../../client/client.ts'
import { startEditing } from '../composer/editing.ts'
import { copyMessage, replyTo } from '../messages/commands.ts'
import { deleteWithUndo } from '../messages/deletions.ts'
import { openOverlay } from '../messages/overlay.ts'
import { canCopy, canDelete, canEdit, canRespond, canRetry } from '../messages/permissions.ts'
import type { Post, Row } from './build-rows.ts'
import { messageAt } from './use-gestures.ts'
import type { Rows } from './use-row-virtualizer.ts'

/** A row that was far away appears in the document within so many frames. */
const patience = 10

export function useMessageKeys(options: {
  virtualizer: Rows
  rows: readonly Row[]
  scroller: RefObject<HTMLDivElement | null>
  jumpToFirst: () => void
  jumpToNewest: () => void
}): (event: KeyboardEvent) => void {
  const { virtualizer, rows, scroller, jumpToFirst, jumpToNewest } = options

  const focusRow = (index: number) => {
    virtualizer.scrollToIndex(index, { align: 'auto' })
    const selector = `[data-index="${index}"] [data-message]`
    focusWhenThere(() => scroller.current?.querySelector<HTMLElement>(selector))
  }

  return (event) => {
    const { target, key } = event
    const element = messageAt(target)
    // Keys on a link, a quote or a reaction are theirs.
    const here = target === scroller.current || target === element
    if (!here) return
    if (event.shiftKey && key === 'F10') return openMenu(event, element, rows)
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return
    const at = element ? rows.findIndex((row) => row.key === element.dataset['message']) : -1
    if (key === 'ArrowUp' || key === 'ArrowDown') {
      const to = nextMessage(rows, at === -1 ? afterView(virtualizer) : at, key === 'ArrowUp')
      if (to !== null) focusRow(to)
    } else if (key === 'Home') jumpToFirst()
    else if (key === 'End') jumpToNewest()
    else if (key === 'ContextMenu' || (key === 'Enter' && element)) {
      return openMenu(event, element, rows)
    } else {
      const row = rows[at]
      if (row?.type !== 'message' || !act(key, row.post)) return
    }
    event.preventDefault()
  }
}

function focusWhenThere(find: () => HTMLElement | null | undefined, tries = patience): void {
  const element = find()
  if (element) element.focus({ preventScroll: true })
  else if (tries > 0) requestAnimationFrame(() => focusWhenThere(find, tries - 1))
}

/** The index after the last row in view: from there the first step up leads to the last message. */
function afterView(virtualizer: Rows): number {
  const { scrollOffset, scrollRect } = virtualizer
  const bottom = (scrollOffset ?? 0) + (scrollRect?.height ?? 0)
  return (virtualizer.getVirtualItemForOffset(bottom)?.index ?? -1) + 1
}

function nextMessage(rows: readonly Row[], from: number, up: boolean): number | null {
  const step = up ? -1 : 1
  for (let at = from + step; at >= 0 && at < rows.length; at += step) {
    if (rows[at]?.type === 'message') return at
  }
  return null
}

function openMenu(event: KeyboardEvent, element: HTMLElement | null, rows: readonly Row[]): void {
  const row = rows.find(({ key }) => key === element?.dataset['message'])
  if (row?.type !== 'message' || !element) return
  event.preventDefault()
  const anchor = element.firstElementChild ?? element
  openOverlay('menu', row.post, { anchor, opener: element })
}

/** Whether the key does something to this message. */
function act(key: string, post: Post): boolean {
  const state = client.getState()
  const stored = 'clientId' in post ? null : post
  if (key.toLowerCase() === 'c' && canCopy(post)) copyMessage(post)
  else if (key.toLowerCase() === 'r' && canRetry(post)) client.retry(post.clientId)
  else if (key.toLowerCase() === 'r' && stored && canRespond(state, stored)) replyTo(stored)
  else if (key.toLowerCase() === 'e' && canEdit(state, post)) startEditing(post)
  else if (key === 'Delete' && canDelete(state, post)) deleteWithUndo(post)
  else return false
  return true
}
