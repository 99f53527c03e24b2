/**
 * People to each of whom ten others have written, in archives that were filled by sending. They were there
 * meanwhile: what a messenger keeps aside for who is not there is no archive. How much a device has missed
 * it says itself, by asking for what came after (XEP-0313).
 */
import { setTimeout as pause } from 'node:timers/promises'

import { chunksOf } from '../../packages/server/src/chunks.ts'
import type { Absent } from '../load/return.ts'
import type { Client, Running } from '../system.ts'
import type { Peer } from './peer.ts'

const WRITERS = 10
/** Of one writer on their way. */
const AT_ONCE = 20

/** @param most messages that somebody can have missed */
export async function openPeerAbsence(
  peer: Peer,
  { devices: count, most }: { devices: number; most: number },
): Promise<Absent> {
  const running = await peer.start({ people: count + WRITERS })
  try {
    await fill(running, { devices: count, most })
  } catch (error) {
    await running.stop()
    throw error
  }
  return {
    pids: () => running.pids(),
    async devices(missed) {
      const returns = []
      for (let person = 0; person < count; person++) {
        const place = await running.findPlace(person, missed)
        returns.push(() => running.comeBack(person, place))
      }
      return returns
    },
    stop: () => running.stop(),
  }
}

async function fill(
  running: Running,
  { devices, most }: { devices: number; most: number },
): Promise<void> {
  const tally = { frames: 0 }
  const readers = []
  for (let person = 0; person < devices; person++) readers.push(await running.listen(person, tally))
  const people = Array.from({ length: WRITERS }, (_, at) => running.connect(devices + at))
  const writers = await Promise.all(people)
  // Also one that nobody has missed.
  const messages = Math.ceil((most + 1) / WRITERS)
  await Promise.all(writers.map((writer) => write(writer, { devices, messages })))
  while (tally.frames < WRITERS * messages * devices) await pause(10)
  for (const client of [...readers, ...writers]) client.close()
}

async function write(
  writer: Client,
  { devices, messages }: { devices: number; messages: number },
): Promise<void> {
  const all = Array.from({ length: devices * messages }, (_, at) => at)
  for (const chunk of chunksOf(all, AT_ONCE))
    await Promise.all(
      chunk.map((at) => writer.send(at % devices, `${at} while you were away, and more of it.`)),
    )
}
