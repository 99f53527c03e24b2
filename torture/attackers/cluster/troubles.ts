/** What can happen to a cluster. Each is over, and everything well again, when its promise resolves. */
import type { Chance } from '../../chance.ts'
import { wait } from '../chatter.ts'
import type { Siege } from '../siege.ts'
import type { Mood } from '../tcp-proxy.ts'
import type { Engines } from './engines.ts'
import type { Neighbourhood } from './neighbourhood.ts'
import { lookElsewhere, speakAndListen, type Talk } from './talk.ts'

export interface Scene {
  readonly engines: Engines
  readonly neighbourhood: Neighbourhood
  readonly siege: Siege
  readonly talk: Talk
  readonly chance: Chance
  readonly found: string[]
  /** Milliseconds that PostgreSQL is out of reach. */
  readonly longest: number
}

export interface Trouble {
  readonly name: string
  strike(scene: Scene): Promise<void>
}

/** Without Redis they hear each other all the same. */
async function withoutRedis(scene: Scene, how: string): Promise<void> {
  await scene.talk.goOn(scene)
  await lookElsewhere(scene)
  await speakAndListen(scene, { words: 2, when: `While Redis was ${how},` })
}

export const redisKilled: Trouble = {
  name: 'Redis killed',
  async strike(scene) {
    const { redis } = scene.engines
    await redis.kill()
    try {
      await withoutRedis(scene, 'dead')
    } finally {
      // It is there for the next run too.
      await redis.start()
    }
  },
}

const redisFlushed: Trouble = {
  name: 'Redis flushed',
  async strike(scene) {
    for (let time = 0; time < 3; time += 1) {
      await scene.engines.redis.flush()
      await scene.talk.goOn(scene)
    }
  },
}

const redisDeaf: Trouble = {
  name: 'Redis deaf',
  async strike(scene) {
    const { redis } = scene.engines
    redis.deafen()
    try {
      await withoutRedis(scene, 'deaf')
    } finally {
      redis.undeafen()
    }
  },
}

const redisSwallowed: Trouble = {
  name: 'Redis black-holed',
  async strike(scene) {
    const lines = scene.neighbourhood.members.map(({ toRedis }) => toRedis)
    for (const line of lines) line.mood = 'blackHole'
    await withoutRedis(scene, 'out of reach')
    for (const line of lines) line.mood = 'fine'
  },
}

/** What one process writes is heard by the others after what came later from them. */
export const redisSlow: Trouble = {
  name: 'Redis slow for one process',
  async strike(scene) {
    const { toRedis } = scene.chance.pick(scene.neighbourhood.members)
    toRedis.mood = 'delay'
    for (let time = 0; time < 3; time += 1) await scene.talk.goOn(scene)
    toRedis.mood = 'fine'
  },
}

/** Of what has been written: it goes out with a look at the time that it took. */
const commitOfWrite = /; commit\b/
/** Milliseconds in which every process sweeps more than once. */
const SWEEPS = 1_500

/** What is stored is seen after sweeps that came later than its writing. */
export const commitsLate: Trouble = {
  name: 'Redis killed and COMMITs late',
  async strike(scene) {
    const { engines, neighbourhood } = scene
    const lines = neighbourhood.members.map(({ toPostgres }) => toPostgres)
    const around = async (say: () => string) => {
      for (const line of lines) line.keepsBack = commitOfWrite
      const said = say()
      await wait(SWEEPS)
      for (const line of lines) line.keepsBack = undefined
      return said
    }
    await engines.redis.kill()
    try {
      const when = 'While COMMITs were late and Redis was dead,'
      await speakAndListen(scene, { words: 2, when, around })
    } finally {
      await engines.redis.start()
    }
  },
}

/** A COMMIT that has been sent, and the answer to one. */
const commits = [/\bcommit\b/, /\bCOMMIT\b/]

/** At the worst moments: COMMITs are on their way, or have been carried out and nobody knows. */
export const postgresRestarted: Trouble = {
  name: 'PostgreSQL restarted',
  async strike(scene) {
    const lines = scene.neighbourhood.members.map(({ toPostgres }) => toPostgres)
    for (const word of commits) {
      for (const line of lines) line.keepsBack = word
      await scene.talk.goOn(scene)
      await scene.engines.postgres.restart()
      for (const line of lines) line.keepsBack = undefined
      await scene.talk.goOn(scene)
    }
  },
}

const postgresAway = (name: string, mood: Mood): Trouble => ({
  name: `PostgreSQL ${name}`,
  async strike({ neighbourhood, longest }) {
    const lines = neighbourhood.members.map(({ toPostgres }) => toPostgres)
    for (const line of lines) line.mood = mood
    await wait(longest)
    for (const line of lines) line.mood = 'fine'
  },
})
const postgresSwallowed = postgresAway('black-holed', 'blackHole')

const memberKilled: Trouble = {
  name: 'a process killed',
  async strike(scene) {
    const member = scene.chance.pick(scene.neighbourhood.members)
    await member.kill()
    await scene.talk.goOn(scene)
    await lookElsewhere(scene)
    await member.start()
  },
}

const memberCutOff: Trouble = {
  name: 'a process cut off',
  async strike(scene) {
    const { toPostgres, toRedis } = scene.chance.pick(scene.neighbourhood.members)
    for (const line of [toPostgres, toRedis]) line.mood = 'blackHole'
    await wait(Math.min(scene.longest, 2_000 + scene.chance.below(12_000)))
    for (const line of [toPostgres, toRedis]) line.mood = 'fine'
  },
}

const memberStopped: Trouble = {
  name: 'a process stopped',
  async strike(scene) {
    const member = scene.chance.pick(scene.neighbourhood.members)
    await Promise.all([member.stop(), scene.talk.goOn(scene)])
    await member.start()
  },
}

const allRolled: Trouble = {
  name: 'all processes restarted in turn',
  async strike(scene) {
    for (const member of scene.neighbourhood.members) {
      await member.stop()
      await member.start()
      await scene.talk.goOn(scene)
    }
  },
}

const clientsThrown: Trouble = {
  name: 'clients thrown about',
  async strike(scene) {
    for (let time = 0; time < 5; time += 1) {
      for (const { client } of scene.siege.devices) {
        if (scene.chance.happens(0.3)) continue
        client.lose()
        client.wake()
      }
      await scene.talk.goOn(scene)
    }
  },
}

export const everyTrouble: readonly Trouble[] = [
  redisKilled,
  redisFlushed,
  redisDeaf,
  redisSwallowed,
  redisSlow,
  commitsLate,
  postgresRestarted,
  postgresSwallowed,
  postgresAway('refusing', 'reset'),
  memberKilled,
  memberCutOff,
  memberStopped,
  allRolled,
  clientsThrown,
]
