/**
 * Owns what Back closes before it leads anywhere: of all that is open above the page, what came last.
 * The history asks here first (shell/use-back.ts). A phone's own Back key asks the browser's close
 * watcher, where there is one, also on the first page, from which Back would leave the app.
 */
import { useEffect, useRef } from 'react'

declare global {
  interface Window {
    /** Not in every browser. */
    readonly CloseWatcher?: new () => EventTarget & { destroy(): void }
  }
}

let open: readonly (() => void)[] = []
const listeners = new Set<(some: boolean) => void>()

function setOpen(next: typeof open): void {
  open = next
  for (const listener of listeners) listener(open.length > 0)
}

/** Tells whether anything is open, each time that something opens or closes. */
export function followOpen(listener: (some: boolean) => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** False when there was nothing to close. */
export function closeTopmost(): boolean {
  const close = open.at(-1)
  close?.()
  return close !== undefined
}

export function useBackCloses(isOpen: boolean, close: () => void): void {
  const latest = useRef(close)
  useEffect(() => {
    latest.current = close
  }, [close])
  useEffect(() => {
    if (!isOpen) return undefined
    const entry = () => latest.current()
    setOpen([...open, entry])
    // With a mouse it would hear Escape as well, which the overlays themselves do.
    const touch = matchMedia('(pointer: coarse)').matches
    const watcher = touch && window.CloseWatcher ? new window.CloseWatcher() : null
    watcher?.addEventListener('close', entry)
    return () => {
      watcher?.destroy()
      setOpen(open.filter((other) => other !== entry))
    }
  }, [isOpen])
}
