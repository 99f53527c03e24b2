/**
 * Three processes on one PostgreSQL and one Redis, any of which fails, is cut off or is restarted, while
 * people talk through all of them. After each trouble all devices must be level, and the history right.
 */
import { spawnSync } from 'node:child_process'

import { createChance } from '../../chance.ts'
import { judge, nothing, type Attacker, type Order, type Outcome } from '../attacker.ts'
import { switchOn } from '../bug.ts'
import { Chatter } from '../chatter.ts'
import { healingTime, Siege } from '../siege.ts'
import { openEngines } from './engines.ts'
import { Neighbourhood } from './neighbourhood.ts'
import { lookElsewhere, Talk } from './talk.ts'
import { everyTrouble, type Scene, type Trouble } from './troubles.ts'

interface Plan {
  /** Met in an order that the seed chooses, all of them before any comes again. */
  readonly troubles: readonly Trouble[]
  /** Milliseconds that PostgreSQL is out of reach. */
  readonly longest: number
  /** How many processes there are. */
  readonly members: number
}

const hasRedis = spawnSync('redis-server', ['--version']).status === 0

export const cluster: Attacker = {
  name: 'cluster',
  about: 'three processes on PostgreSQL and Redis, any of which dies, hangs or is cut off',
  size: { test: 4, campaign: everyTrouble.length },
  ...(!hasRedis && { lacks: 'redis-server' }),
  run: (order) => besiegeCluster(order, { troubles: everyTrouble, longest: 30_000, members: 3 }),
}

export async function besiegeCluster(order: Order, plan: Plan): Promise<Outcome> {
  const { seed, attacks, progress, bug } = order
  const chance = createChance(seed)
  const engines = await openEngines()
  const siege = await Siege.lay(() => engines.openTown())
  const found: string[] = []
  const neighbourhood = await Neighbourhood.settle(siege, {
    engines,
    found,
    chance,
    env: switchOn(bug),
    count: plan.members,
  })
  try {
    await neighbourhood.moveIn()
    const { devices, recorder, town } = siege
    const voices = chance.part('talk')
    const { roomIds } = town
    const chatter = new Chatter({ devices, roomIds, recorder, chance: voices, patience: 5 })
    const talk = new Talk(chatter, voices)
    const scene: Scene = { ...plan, engines, neighbourhood, siege, talk, chance, found }
    const turns = takeTurns(plan.troubles, () => chance.fraction())
    const healing = new Map<string, string[]>()
    let outcome = nothing
    for (let attack = 1; attack <= attacks && outcome.sentences.length === 0; attack += 1) {
      const trouble = turns.next().value
      await talk.goOn(scene)
      await trouble.strike(scene)
      await lookElsewhere(scene)
      await talk.hush()
      siege.url = neighbourhood.pick()?.url ?? siege.url
      const history = await siege.settle({ wakes: neighbourhood.wouldWake })
      found.push(...chatter.findForgotten(history), ...neighbourhood.findFallen())
      healing.set(trouble.name, [...(healing.get(trouble.name) ?? []), healingTime(history)])
      outcome = judge(history, {
        attacks: attack,
        found: found.map((sentence) => `${trouble.name}: ${sentence}`),
        figures: {
          'level again after': [...healing]
            .map(([name, times]) => `${name} ${times.join(', ')}`)
            .join('; '),
          answers: neighbourhood.tellAnswers(),
        },
      })
      progress?.()
    }
    return outcome
  } finally {
    await neighbourhood.end()
    siege.end()
  }
}

function* takeTurns<T>(list: readonly T[], fraction: () => number): Generator<T, never> {
  for (;;) {
    const keyed = list.map((item) => ({ item, key: fraction() }))
    for (const { item } of keyed.toSorted((a, b) => a.key - b.key)) yield item
  }
}
