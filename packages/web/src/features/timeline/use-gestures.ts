/**
 * Owns what a pointer means on a message: the right button opens its menu, so does a finger that stays,
 * and a finger that pulls it aside answers it. Heard once, for all messages.
 */
import { useEffect, type RefObject } from 'react'

import { client } from '../../client/client.ts'
import { replyTo } from '../messages/commands.ts'
import { openOverlay } from '../messages/overlay.ts'
import { canRespond } from '../messages/permissions.ts'
import { keyOf, type Post } from './build-rows.ts'

const longPress = 450
/** A finger that moves further is not pressing. */
const still = 10
/** Pulled so far, it answers; further it does not go. */
const answerAt = 56
const furthest = 72

/** The message under something, as an element. */
export function messageAt(target: EventTarget | null): HTMLElement | null {
  return target instanceof Element ? target.closest<HTMLElement>('[data-message]') : null
}

export function useGestures(
  scroller: RefObject<HTMLElement | null>,
  latest: RefObject<readonly Post[]>,
): void {
  useEffect(() => {
    const root = scroller.current
    if (!root) return undefined
    const find = (element: HTMLElement | null) =>
      element && latest.current.find((post) => keyOf(post) === element.dataset['message'])
    const controller = new AbortController()
    const { signal } = controller
    root.addEventListener('contextmenu', (event) => openAt(event, find), { signal })
    followFinger(root, find, signal)
    return () => controller.abort()
  }, [scroller, latest])
}

type Find = (element: HTMLElement | null) => Post | null | undefined

function openAt(event: MouseEvent, find: Find): void {
  const element = messageAt(event.target)
  const post = find(element)
  // Links and selected text have a menu of the browser's own.
  const selected = getSelection()?.isCollapsed === false
  if (!post || selected || (event.target instanceof Element && event.target.closest('a'))) return
  event.preventDefault()
  const { clientX: x, clientY: y } = event
  // A menu key has no place: the browser says where the element is.
  openOverlay('menu', post, { anchor: { x, y }, opener: element })
}

interface Touch {
  readonly element: HTMLElement
  readonly post: Post
  readonly x: number
  readonly y: number
  readonly timer: ReturnType<typeof setTimeout>
  pulled: number
}

function followFinger(root: HTMLElement, find: Find, signal: AbortSignal): void {
  let touch: Touch | null = null
  const letGo = () => {
    if (!touch) return
    clearTimeout(touch.timer)
    touch.element.style.translate = ''
    touch = null
  }
  const press = (event: PointerEvent) => {
    letGo()
    const element = messageAt(event.target)
    const post = find(element)
    if (event.pointerType !== 'touch' || !event.isPrimary || !element || !post) return
    const { clientX: x, clientY: y } = event
    const timer = setTimeout(() => {
      letGo()
      swallowClick()
      openOverlay('menu', post, { anchor: { x, y }, opener: element })
    }, longPress)
    touch = { element, post, x, y, timer, pulled: 0 }
  }
  const move = (event: PointerEvent) => {
    if (!touch) return
    const across = event.clientX - touch.x
    const down = event.clientY - touch.y
    if (Math.hypot(across, down) > still) clearTimeout(touch.timer)
    const rtl = getComputedStyle(root).direction === 'rtl'
    const pulled = Math.min(Math.max((rtl ? -across : across) - still, 0), furthest)
    if (Math.abs(down) > Math.abs(across) || !mayAnswer(touch.post)) return
    touch.pulled = pulled
    touch.element.style.translate = pulled === 0 ? '' : `${rtl ? -pulled : pulled}px 0`
  }
  const release = () => {
    const post = touch?.post
    if (touch && post && touch.pulled >= answerAt && !('clientId' in post)) replyTo(post)
    letGo()
  }
  root.addEventListener('pointerdown', press, { signal })
  root.addEventListener('pointermove', move, { signal })
  root.addEventListener('pointerup', release, { signal })
  // The browser has taken the finger for scrolling.
  root.addEventListener('pointercancel', letGo, { signal })
  signal.addEventListener('abort', letGo)
}

function mayAnswer(post: Post): boolean {
  return canRespond(client.getState(), post)
}

/** The finger that opened a menu must not also press what it lies on, which would close it. */
function swallowClick(): void {
  const stop = (event: Event) => event.cancelable && event.preventDefault()
  addEventListener('touchend', stop, { capture: true, once: true, passive: false })
}
