/** Somebody who asks again and again what was said last: what was shown once is there for good. */
import { isRecord } from '../../json.ts'
import type { Resident } from '../town.ts'
import { nowInLog, type Moment } from './op-log.ts'

/** When a message was first seen. */
export type Seen = ReadonlyMap<string, Moment>

/** Requests that are on their way at the same time. */
const EYES = 2

export async function lookOn(options: {
  url: string
  person: Resident
  roomIds: readonly string[]
  until: Promise<unknown>
}): Promise<Seen> {
  const { url, person, roomIds } = options
  const seen = new Map<string, Moment>()
  let isOver = false
  const stop = () => (isOver = true)
  options.until.then(stop, stop)
  const look = async () => {
    while (!isOver)
      for (const roomId of roomIds) {
        const id = await readNewest(
          `${url}/api/v1/conversations/${roomId}/messages?limit=1`,
          person,
        )
        if (id !== undefined && !seen.has(id)) seen.set(id, nowInLog())
      }
  }
  await Promise.all(Array.from({ length: EYES }, look))
  return seen
}

async function readNewest(address: string, { token }: Resident): Promise<string | undefined> {
  const response = await fetch(address, { headers: { authorization: `Bearer ${token}` } })
  const page: unknown = await response.json()
  if (!isRecord(page) || !Array.isArray(page['messages']))
    throw new Error(`A page was refused: ${response.status} ${JSON.stringify(page)}.`)
  const newest: unknown = page['messages'].at(-1)
  return isRecord(newest) ? String(newest['id']) : undefined
}
