/** Starts a server on a disk after a power loss, and asks whether it has what was promised. */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

import { startTestServer } from '@roost/server/testing'

import type { Entry, FinalState, Invocation, ServerState } from '../../checker/history.ts'
import { isRecord } from '../../json.ts'
import { judge, type Outcome } from '../attacker.ts'
import { wait } from '../chatter.ts'
import { createDevice } from '../device.ts'
import { Recorder } from '../recorder.ts'
import { findDamage, readCounts, readServerState } from '../server-state.ts'
import type { Resident } from '../town.ts'
import type { Moment } from './op-log.ts'
import type { Recording } from './power-loss.ts'

export async function examine(
  recording: Recording,
  { folder, at }: { folder: string; at: Moment },
): Promise<Outcome> {
  const { siege, uploads, seen } = recording
  const { entries: all, times, devices } = siege.recorder
  const entries = all.filter((_, index) => (times[index] ?? Infinity) <= at)
  const [alice] = siege.town.people
  if (!alice) throw new Error('Nobody is left.')
  const found: string[] = []
  let finals: FinalState[] = []
  let state: ServerState = { conversations: [] }
  try {
    const server = await startTestServer({ folder })
    const { url } = server
    try {
      finals = [await lookAround(url, alice, siege.town.roomIds)]
      const counts = await readCounts(url, siege.town.people)
      state = await readServerState(folder, { before: siege.before, counts })
      const events = state.conversations.flatMap((conversation) => conversation.events)
      const there = new Set(events.map(({ id }) => id))
      for (const [id, seenAt] of seen)
        if (seenAt <= at && !there.has(id)) found.push(`Message ${id} was shown, and is not there.`)
      found.push(...(await searchFor(entries, { url, person: alice, there })))
    } finally {
      await server.stop()
    }
    found.push(...server.reports.map((error) => `The server reports: ${String(error)}`))
    found.push(...findDamage(folder), ...findLostPictures(folder, { uploads, at }))
  } catch (error) {
    found.push(`The server does not come up: ${String(error)}`)
  }
  const after = { userId: alice.id, inOrder: true }
  const history = { devices: { ...devices, after }, entries, server: state, finals }
  return judge(history, { attacks: 1, found })
}

/** What a new device of theirs is shown. */
async function lookAround(url: string, person: Resident, roomIds: readonly string[]) {
  const device = createDevice({
    name: 'after',
    person,
    recorder: new Recorder(),
    line: { url: () => url },
  })
  const { client } = device
  try {
    await client.start()
    for (const id of roomIds) {
      await client.openConversation(id)
      while (client.getState().conversations[id]?.window?.hasBefore) await client.loadBefore(id)
    }
    return device.final(performance.now())
  } finally {
    client.stop()
  }
}

/** The last message that is known to be there as it was sent must be found by its word. */
async function searchFor(
  entries: readonly Entry[],
  { url, person, there }: { url: string; person: Resident; there: ReadonlySet<string> },
): Promise<string[]> {
  const changed = new Set<string>()
  const sends = new Map<string, Invocation>()
  const acknowledged: Invocation[] = []
  for (const entry of entries) {
    if (entry.type === 'invoke' && entry.write.type === 'send') sends.set(entry.op, entry)
    if (entry.type === 'invoke' && 'messageId' in entry.write) changed.add(entry.write.messageId)
    const send = entry.type === 'ok' ? sends.get(entry.op) : undefined
    if (send) acknowledged.push(send)
  }
  const last = acknowledged.findLast(({ clientId }) => !changed.has(clientId))
  // What was lost is told by the checker.
  if (!last || last.write.type !== 'send' || !there.has(last.clientId)) return []
  const word = last.write.body.split(' ').at(-1) ?? ''
  let said = ''
  for (let attempt = 0; attempt < 40; attempt += 1) {
    const response = await fetch(`${url}/api/v1/search?query=${word}`, {
      headers: { authorization: `Bearer ${person.token}` },
    })
    said = await response.text()
    if (response.ok && said.includes(last.clientId)) return []
    // A damaged index is made again: until it is there, searching is refused.
    await wait(250)
  }
  return [`The search does not find “${word}”: ${said.slice(0, 200)}`]
}

/** Every picture that a row names is whole, and who was told that theirs is set has it. */
function findLostPictures(
  folder: string,
  { uploads, at }: { uploads: Recording['uploads']; at: Moment },
): string[] {
  const database = new DatabaseSync(join(folder, 'roost.db'))
  const rows = database.prepare('SELECT * FROM "pictures"').all().filter(isRecord)
  database.close()
  const broken = rows.flatMap(({ large, small }) =>
    [String(large), String(small)].filter((hash) => !isWhole(folder, hash)),
  )
  const there = new Set(rows.map(({ id }) => String(id)))
  const missing = uploads.filter(({ userId, acknowledged, pictureId }) => {
    const isReplaced = uploads.some(
      (other) => other.userId === userId && other.begun >= acknowledged && other.begun <= at,
    )
    return acknowledged <= at && !isReplaced && !there.has(pictureId)
  })
  return [
    ...broken.map((hash) => `The bytes of picture ${hash} are gone or torn.`),
    ...missing.map(({ pictureId }) => `Picture ${pictureId} was acknowledged and is not there.`),
  ]
}

function isWhole(folder: string, hash: string): boolean {
  const file = join(folder, 'files', hash.slice(0, 2), hash.slice(2))
  return existsSync(file) && createHash('sha256').update(readFileSync(file)).digest('hex') === hash
}
