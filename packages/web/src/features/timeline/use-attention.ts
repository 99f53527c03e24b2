import { useSyncExternalStore } from 'react'

/** Whether someone is looking: the window is focused and not hidden behind another tab. */
export function useAttention(): boolean {
  return useSyncExternalStore(subscribe, isAttending)
}

function isAttending(): boolean {
  return document.visibilityState === 'visible' && document.hasFocus()
}

function subscribe(listener: () => void): () => void {
  window.addEventListener('focus', listener)
  window.addEventListener('blur', listener)
  document.addEventListener('visibilitychange', listener)
  return () => {
    window.removeEventListener('focus', listener)
    window.removeEventListener('blur', listener)
    document.removeEventListener('visibilitychange', listener)
  }
}
