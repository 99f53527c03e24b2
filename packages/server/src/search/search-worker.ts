/** The thread of an index: follows the logs while nobody asks, answers when somebody does. */
import { readlinkSync } from 'node:fs'
import { constants, setPriority } from 'node:os'
import { parentPort, workerData } from 'node:worker_threads'

import { StorageUnavailableError } from '../storage/errors.ts'
import { DamagedIndexError, type Follower } from './follower.ts'
import { PostgresFollower } from './postgres-follower.ts'
import type { Found, Wanted } from './search-index.ts'
import { SqliteFollower, type IndexFiles } from './sqlite-follower.ts'

/** Where the logs are: files of SQLite, or a PostgreSQL that holds the index as well. */
export type IndexPlace = IndexFiles | { readonly url: string }

export type ToWorker =
  | { readonly type: 'noticed'; readonly conversationIds: readonly string[] }
  | { readonly type: 'find'; readonly request: number; readonly wanted: Wanted }
  | { readonly type: 'close' }
export type FromWorker =
  | { readonly type: 'pending'; readonly events: number }
  | { readonly type: 'found'; readonly request: number; readonly found: Found }
  | { readonly type: 'unavailable'; readonly request: number }
  | { readonly type: 'failed'; readonly request: number; readonly error: unknown }

/** With no more than this to go, an answer counts as complete: the next one has it. */
const NEARLY_NOTHING = 500
/** Steps that a question waits for, so that people find what they have just written. */
const STEPS_FIRST = 4
const TELL_EVERY = 200
/** What happened unnoticed is found after so many milliseconds. */
const LOOK_EVERY = 10_000

/** Nobody waits for what is indexed: where processors are short it is for those who write and read. */
function giveWay(): void {
  // Elsewhere priorities are those of whole programs.
  if (process.platform !== 'linux') return
  const thread = Number(readlinkSync('/proc/thread-self').split('/').at(-1))
  setPriority(thread, constants.priority.PRIORITY_BELOW_NORMAL)
}
try {
  giveWay()
} catch {
  // Where that is not allowed, it is as quick as the rest.
}

const port = parentPort
if (!port) throw new Error('This file runs as a worker.')
const place = workerData as IndexPlace
const follower: Follower =
  'url' in place ? await PostgresFollower.open(place.url) : new SqliteFollower(place)
let stepping: NodeJS.Immediate | undefined
let isClosed = false
let toldAt = -Infinity

const tell = (message: FromWorker) => port.postMessage(message)

/** One after another: nobody asks in the middle of a step. What throws ends this worker. */
let tail = Promise.resolve()
function inTurn(fn: () => Promise<void>): void {
  tail = tail.then(fn)
}

function goOn(): void {
  if (isClosed) return
  stepping ??= setImmediate(() => {
    stepping = undefined
    inTurn(step)
  })
}

const looking = setInterval(() => {
  follower.lookAround()
  goOn()
}, LOOK_EVERY).unref()

async function step(): Promise<void> {
  const more = await follower.step()
  const now = performance.now()
  if (!more || now - toldAt > TELL_EVERY) {
    toldAt = now
    tell({ type: 'pending', events: follower.pending() })
  }
  if (more) goOn()
}

async function catchUp(): Promise<void> {
  for (let steps = 0; steps < STEPS_FIRST && follower.hasNoticed(); steps++) await follower.step()
}

async function find(wanted: Wanted): Promise<Found> {
  const hits = await follower.find(wanted)
  return { hits, complete: follower.pending() <= NEARLY_NOTHING }
}

port.on('message', (message: ToWorker) => {
  if (message.type === 'close') {
    isClosed = true
    clearImmediate(stepping)
    clearInterval(looking)
    inTurn(async () => {
      await follower.close()
      port.close()
    })
    return
  }
  if (message.type === 'noticed') follower.notice(message.conversationIds)
  else inTurn(() => answer(message.request, message.wanted))
  goOn()
})

/** A question that fails is answered so; any other trouble ends this worker. */
async function answer(request: number, wanted: Wanted): Promise<void> {
  await catchUp()
  try {
    tell({ type: 'found', request, found: await find(wanted) })
  } catch (error) {
    if (error instanceof DamagedIndexError) throw error
    const isUnavailable = error instanceof StorageUnavailableError
    tell(isUnavailable ? { type: 'unavailable', request } : { type: 'failed', request, error })
  }
}

inTurn(step)
