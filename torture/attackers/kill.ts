/** `kill -9` of the server at any moment: while it takes messages, while it starts, while it migrates. */
import { watch } from 'node:fs'

import { createChance, type Chance } from '../chance.ts'
import { judge, type Attacker, type Order, type Outcome } from './attacker.ts'
import { switchOn } from './bug.ts'
import { Chatter, wait } from './chatter.ts'
import { makeOlder } from './older.ts'
import { startServer } from './server-process.ts'
import { findDamage } from './server-state.ts'
import { healingTime, Siege } from './siege.ts'

export const kill: Attacker = {
  name: 'kill',
  about: 'the server is killed under load, or as it starts or migrates, and started again',
  size: { test: 20, campaign: 25 },
  run,
}

/** The first starts are cut short while they migrate, and a share of the others. */
const STARTS = { migrating: 2, share: 0.25 }
/** Milliseconds that the server lives at most. */
const LONGEST = 3_000

async function run({ seed, attacks, progress, bug }: Order): Promise<Outcome> {
  const chance = createChance(seed)
  const siege = await Siege.lay()
  await makeOlder(siege.folder)
  const start = () => startServer(siege.folder, switchOn(bug))
  const found: string[] = []
  let server = start()
  let asItStarted = 0
  const killAsItStarts = async () => {
    await someChanges(siege.folder, { chance, until: server.ready })
    await server.kill()
    asItStarted += 1
    progress?.()
    server = start()
  }
  try {
    while (asItStarted < Math.min(STARTS.migrating, attacks)) await killAsItStarts()
    siege.url = await server.ready
    siege.addEverybody()
    await siege.begin()
    const chatter = new Chatter({
      devices: siege.devices,
      roomIds: siege.town.roomIds,
      recorder: siege.recorder,
      chance: chance.part('talk'),
    })
    let isOver = false
    const talking = chatter.talk(() => isOver)
    for (let attack = asItStarted; attack < attacks; attack += 1) {
      await someTalk(siege, chance)
      await server.kill()
      found.push(...findDamage(siege.folder))
      progress?.()
      server = start()
      if (attack + 1 < attacks && chance.happens(STARTS.share)) {
        attack += 1
        await killAsItStarts()
      }
      siege.url = await server.ready
      for (const { client } of siege.devices) client.wake()
    }
    await wait(200)
    isOver = true
    await talking
    const history = await siege.settle()
    found.push(...chatter.findForgotten(history))
    const figures = {
      'killed as it started': `${asItStarted}`,
      'level again after': healingTime(history),
    }
    return judge(history, { attacks, found, figures })
  } finally {
    await server.kill()
    siege.end()
  }
}

/** Resolves when some of what people do has been seen to happen: after a busy machine's second, or a fast one's tenth. */
async function someTalk({ recorder: { entries } }: Siege, chance: Chance): Promise<void> {
  const enough = entries.length + chance.below(600)
  const until = performance.now() + LONGEST
  while (entries.length < enough && performance.now() < until) await wait(1 + chance.below(10))
}

/** Resolves after any number of changes in a folder, however fast the machine is, or when it is ready. */
function someChanges(
  folder: string,
  { chance, until }: { chance: Chance; until: Promise<unknown> },
): Promise<void> {
  return new Promise((resolve) => {
    let left = 1 + chance.below(40)
    const end = () => {
      watcher.close()
      resolve()
    }
    const watcher = watch(folder, { recursive: true }, () => {
      left -= 1
      if (left === 0) end()
    })
    until.then(end, end)
  })
}
