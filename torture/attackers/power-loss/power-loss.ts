/**
 * The power goes. One server is recorded at work, down to every write of its disk; each cut through the
 * recording is a disk as it may look afterwards, on which a server must come up and have all that was
 * acknowledged before the cut.
 */
import { rmSync } from 'node:fs'
import { join } from 'node:path'

import { createChance, type Chance } from '../../chance.ts'
import { addOutcomes, nothing, type Attacker, type Order, type Outcome } from '../attacker.ts'
import { switchOn } from '../bug.ts'
import { Chatter, wait } from '../chatter.ts'
import { makeOlder } from '../older.ts'
import { startServer } from '../server-process.ts'
import { createShim, hasShim } from '../shim/shim.ts'
import { Siege } from '../siege.ts'
import { newFolder } from '../town.ts'
import { losePower, readImage, writeImage, type Fate, type Image } from './disk.ts'
import { examine } from './examine.ts'
import { lookOn, type Seen } from './onlooker.ts'
import { nowInLog, readOpLog, type Moment, type Op } from './op-log.ts'
import { uploadPictures, type Upload } from './pictures.ts'

export const powerLoss: Attacker = {
  name: 'power-loss',
  about:
    'what was not synced is lost, torn or reordered, and the server is started on what is left',
  size: { test: 24, campaign: 50 },
  ...(!hasShim && { lacks: 'LD_PRELOAD' }),
  run,
}

/** Enough for SQLite to begin its write-ahead log anew a few times. */
const WRITES = 350
/** Microseconds, as on a slow disk: long enough to be shown in between what must not be. */
const SYNC_TAKES = 8_000
const fates: readonly Fate[] = [
  { kept: 0, torn: 0 },
  { kept: 0.1, torn: 0.5 },
  { kept: 0.5, torn: 0 },
  { kept: 0.5, torn: 0.5 },
  { kept: 0.9, torn: 0.5 },
  { kept: 1, torn: 0 },
  { kept: 1, torn: 1 },
]

export interface Recording {
  readonly siege: Siege
  readonly base: Image
  readonly ops: readonly Op[]
  readonly uploads: readonly Upload[]
  readonly seen: Seen
  readonly begun: Moment
  readonly over: Moment
}

async function run({ seed, attacks, progress, bug }: Order): Promise<Outcome> {
  const chance = createChance(seed)
  const recording = await record(chance.part('record'), bug)
  let outcome = nothing
  let inMigration = 0
  try {
    for (let attack = 0; attack < attacks; attack += 1) {
      const at = pickMoment(recording, chance)
      const fate = chance.pick(fates)
      if (at < recording.begun) inMigration += 1
      outcome = addOutcomes(outcome, await cut(recording, { at, fate, chance }))
      progress?.()
    }
  } finally {
    recording.siege.end()
  }
  const acknowledged = recording.siege.recorder.acknowledged()
  const synced = recording.ops.filter(({ kind }) => kind === 'sync').length
  const figures = {
    'operations in a recording': `${recording.ops.length}, ${synced} of them syncs`,
    'cuts before the first message': `${inMigration}`,
  }
  // Each cut has counted what had been acknowledged by then; it was acknowledged once.
  return { ...outcome, acknowledged, figures }
}

/** Records a server from its first start on a folder of the first version, through some hundred writes. */
async function record(chance: Chance, bug?: string): Promise<Recording> {
  const siege = await Siege.lay()
  await makeOlder(siege.folder)
  const base = readImage(siege.folder)
  const beside = newFolder('shim')
  const shim = createShim({ folder: siege.folder, beside, log: true, syncTakes: SYNC_TAKES })
  const server = startServer(siege.folder, { ...switchOn(bug), ...shim.env })
  try {
    siege.url = await server.ready
    siege.addEverybody()
    await siege.begin()
    const begun = nowInLog()
    const { recorder, devices, town, url } = siege
    const chatter = new Chatter({ devices, roomIds: town.roomIds, recorder, chance })
    const uploading = uploadPictures({ url, people: town.people, chance: chance.part('pictures') })
    const talking = chatter.talk(
      () => recorder.acknowledged() >= WRITES,
      () => chance.below(6),
    )
    const [person] = town.people
    if (!person) throw new Error('Nobody is there to look.')
    const seen = await lookOn({ url, person, roomIds: town.roomIds, until: talking })
    await talking
    const uploads = await uploading
    await wait(100)
    await server.kill()
    for (const { client } of devices) client.stop()
    const ops = readOpLog(shim.logFile)
    return { siege, base, ops, uploads, seen, begun, over: nowInLog() }
  } finally {
    await server.kill()
    shim.close()
    rmSync(beside, { recursive: true, force: true })
  }
}

/** Anywhere, just after something was acknowledged or shown, or about a sync: there it matters most. */
function pickMoment({ ops, siege, seen, over }: Recording, chance: Chance): Moment {
  const start = ops[0]?.from ?? 0
  const kind = chance.below(10)
  if (kind < 3) return start + chance.below(over - start)
  if (kind < 5) {
    const acks = siege.recorder.entries.flatMap(({ type }, at) => (type === 'ok' ? [at] : []))
    return siege.recorder.times[chance.pick(acks)] ?? start
  }
  const syncs = ops.filter(({ kind: what }) => what.startsWith('sync'))
  if (kind < 8) {
    const shown = [...seen.values()]
    const early = shown.filter((time) =>
      syncs.some(({ from, until }) => from < time && time < until),
    )
    return chance.pick(early.length > 0 ? early : shown)
  }
  const { from, until } = chance.pick(syncs)
  return chance.pick([from - 1, from + 1, until, until + 1])
}

/** @param cut `at` this moment, with a fate for what was not synced */
async function cut(
  recording: Recording,
  { at, fate, chance }: { at: Moment; fate: Fate; chance: Chance },
): Promise<Outcome> {
  const root = newFolder('image')
  const folder = join(root, 'data')
  try {
    writeImage(losePower(recording.base, recording.ops, { at, fate, chance }), folder)
    return await examine(recording, { folder, at })
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}
