/** The thread of a Checkpointer: does what it is told, and says when it is done. */
import { DatabaseSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'

export type ToCheckpoint = 'checkpoint' | 'close'

const port = parentPort
if (!port) throw new Error('This file runs as a worker.')
const raw = new DatabaseSync(workerData as string)
raw.exec('PRAGMA synchronous = NORMAL')

port.on('message', (message: ToCheckpoint) => {
  if (message === 'close') {
    raw.close()
    port.close()
    return
  }
  try {
    raw.exec('PRAGMA wal_checkpoint(PASSIVE)')
  } catch {
    // It stays in the log: the next one tries again, and the door meets what is wrong with the disk.
  }
  port.postMessage('done')
})
