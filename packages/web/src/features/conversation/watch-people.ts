/** Owns whose presence is followed: whoever is on screen, wherever in the app that is. */
import { useEffect } from 'react'

import { client } from '../../client/client.ts'

/** Places that show people, the most important first: the server follows a limited number. */
const places = ['conversation', 'details', 'picker', 'list', 'members'] as const
type Place = (typeof places)[number]

const shown = new Map<Place, readonly string[]>()
const gatherFor = 100
let timer: ReturnType<typeof setTimeout> | undefined

function tell(): void {
  clearTimeout(timer)
  timer = setTimeout(
    () => client.watch(places.flatMap((place) => shown.get(place) ?? [])),
    gatherFor,
  )
}

/** Follows the presence of these people while the component that shows them is there. */
export function useWatchPeople(place: Place, userIds: readonly string[]): void {
  const joined = userIds.filter((id) => id !== '').join(' ')
  useEffect(() => {
    shown.set(place, joined === '' ? [] : joined.split(' '))
    tell()
    return () => {
      shown.delete(place)
      tell()
    }
  }, [place, joined])
}
