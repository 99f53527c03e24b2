import { useEffect, useRef, type MouseEvent, type PointerEvent, type TouchEvent } from 'react'

const holdFor = 500
/** A finger never lies quite still. */
const slack = 10

/**
 * Handlers for an element that a finger may be held on. Some browsers tell by `contextmenu`, others
 * not at all; the click with which the finger lifts is not one.
 */
export function useLongPress(act: (x: number, y: number) => void) {
  const held = useRef<{ x: number; y: number; timer: ReturnType<typeof setTimeout> } | null>(null)
  const acted = useRef(false)
  const release = () => {
    clearTimeout(held.current?.timer)
    held.current = null
  }
  useEffect(() => release, [])
  return {
    onPointerDown: (event: PointerEvent) => {
      acted.current = false
      if (event.pointerType !== 'touch' || !event.isPrimary) return
      const { clientX: x, clientY: y } = event
      const timer = setTimeout(() => {
        held.current = null
        acted.current = true
        act(x, y)
      }, holdFor)
      held.current = { x, y, timer }
    },
    onPointerMove: (event: PointerEvent) => {
      const { current } = held
      if (!current) return
      if (Math.hypot(event.clientX - current.x, event.clientY - current.y) > slack) release()
    },
    onPointerUp: release,
    onPointerCancel: release,
    onTouchEnd: (event: TouchEvent) => {
      // Else the lifted finger counts as a click beside what has opened, and closes it.
      if (acted.current && event.cancelable) event.preventDefault()
    },
    onClickCapture: (event: MouseEvent) => {
      if (!acted.current) return
      acted.current = false
      event.preventDefault()
      event.stopPropagation()
    },
  }
}
