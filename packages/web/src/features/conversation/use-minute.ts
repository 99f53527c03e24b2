import { useSyncExternalStore } from 'react'

const minute = 60_000
const listeners = new Set<() => void>()
let timer: ReturnType<typeof setInterval> | undefined

/** The time, new every minute: for "Today", "Yesterday" and "last seen", which go stale on screen. */
export function useMinute(): number {
  return useSyncExternalStore(subscribe, currentMinute)
}

/** What `read` makes of the time, every minute: drawn anew only where that has changed. */
export function useByMinute<T extends string | boolean>(read: (now: number) => T): T {
  return useSyncExternalStore(subscribe, () => read(currentMinute()))
}

function currentMinute(): number {
  return Math.floor(Date.now() / minute) * minute
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  timer ??= setInterval(() => listeners.forEach((tell) => tell()), minute / 6)
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}
