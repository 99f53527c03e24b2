import { useSyncExternalStore } from 'react'

const beside = matchMedia('(min-width: 1100px)')

/** Whether there is no room beside the chat, so that the details cover it. */
export function detailsCover(): boolean {
  return !beside.matches
}

export function useDetailsCover(): boolean {
  return useSyncExternalStore(subscribe, detailsCover)
}

function subscribe(listener: () => void): () => void {
  beside.addEventListener('change', listener)
  return () => beside.removeEventListener('change', listener)
}
