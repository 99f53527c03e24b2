/** The thread of the SQLite index: follows the logs while nobody asks, answers when somebody does. */
import { parentPort, workerData } from 'node:worker_threads'

import { Follower } from './follower.ts'
import { isDamage, removeIndex } from './index-file.ts'
import type { Found, Wanted } from './search-index.ts'

export interface IndexFiles {
  readonly database: string
  readonly index: string
}
export type ToWorker =
  | { readonly type: 'noticed'; readonly conversationIds: readonly string[] }
  | { readonly type: 'find'; readonly request: number; readonly wanted: Wanted }
  | { readonly type: 'close' }
export type FromWorker =
  | { readonly type: 'pending'; readonly events: number }
  | { readonly type: 'found'; readonly request: number; readonly found: Found }
  | { readonly type: 'failed'; readonly request: number; readonly error: unknown }

/** With no more than this to go, an answer counts as complete: the next one has it. */
const NEARLY_NOTHING = 500
/** Steps that a question waits for, so that people find what they have just written. */
const STEPS_FIRST = 4
const TELL_EVERY = 200

const port = parentPort
if (!port) throw new Error('This file runs as a worker.')
const files = workerData as IndexFiles
const follower = new Follower(files)
let stepping: NodeJS.Immediate | undefined
let toldAt = -Infinity

const tell = (message: FromWorker) => port.postMessage(message)

/** A damaged index is made again by the next worker; this one ends. */
function orStartOver<T>(fn: () => T): T {
  try {
    return fn()
  } catch (error) {
    if (isDamage(error)) {
      follower.close()
      removeIndex(files.index)
    }
    throw error
  }
}

function step(): void {
  const more = orStartOver(() => follower.step())
  const now = performance.now()
  if (!more || now - toldAt > TELL_EVERY) {
    toldAt = now
    tell({ type: 'pending', events: follower.pending() })
  }
  stepping = more ? setImmediate(step) : undefined
}

function catchUp(): void {
  for (let steps = 0; steps < STEPS_FIRST && follower.hasNoticed(); steps++) follower.step()
}

function find(wanted: Wanted): Found {
  return { hits: follower.index.find(wanted), complete: follower.pending() <= NEARLY_NOTHING }
}

port.on('message', (message: ToWorker) => {
  if (message.type === 'close') {
    clearImmediate(stepping)
    follower.close()
    port.close()
    return
  }
  if (message.type === 'noticed') follower.notice(message.conversationIds)
  else answer(message.request, message.wanted)
  stepping ??= setImmediate(step)
})

/** A question that fails is answered so; any other trouble ends this worker. */
function answer(request: number, wanted: Wanted): void {
  orStartOver(catchUp)
  try {
    tell({ type: 'found', request, found: orStartOver(() => find(wanted)) })
  } catch (error) {
    if (isDamage(error)) throw error
    tell({ type: 'failed', request, error })
  }
}

step()
