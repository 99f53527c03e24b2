import { useSyncExternalStore } from 'react'

const narrow = matchMedia('(width < 720px)')

function subscribe(listener: () => void): () => void {
  narrow.addEventListener('change', listener)
  return () => narrow.removeEventListener('change', listener)
}

/** Whether there is room for one pane only. Looks follow style sheets; this is for what they cannot say. */
export function useNarrow(): boolean {
  return useSyncExternalStore(subscribe, () => narrow.matches)
}
