import { afterAll, expect, test } from 'vitest'

import type { SeededBug } from '../../../packages/protocol/src/seeded-bugs/bugs.ts'
import { besiegeCluster, cluster } from './cluster.ts'
import { closeEngines } from './engines.ts'
import {
  commitsLate,
  everyTrouble,
  postgresRestarted,
  redisKilled,
  redisSlow,
  type Trouble,
} from './troubles.ts'

const PATIENCE = 180_000
/** Milliseconds that PostgreSQL is out of reach. */
const longest = 2_000

afterAll(closeEngines)

test(
  `${cluster.name}: ${cluster.about}`,
  async () => {
    if (cluster.lacks) return
    const order = { seed: 9, attacks: cluster.size.test }
    const outcome = await besiegeCluster(order, { troubles: everyTrouble, longest, members: 3 })
    expect(outcome.sentences).toEqual([])
    expect(outcome.acknowledged).toBeGreaterThan(50)
  },
  PATIENCE,
)

interface Find {
  readonly bug: SeededBug
  readonly trouble: Trouble
  /** What the attacker must say, among other things. */
  readonly says: RegExp
}

const finds: readonly Find[] = [
  { bug: 'passed-on-as-it-comes', trouble: redisSlow, says: /A socket brought event/ },
  { bug: 'sweep-disabled', trouble: redisKilled, says: /Redis was dead.* had not heard it/ },
  { bug: 'sweep-looks-back-too-short', trouble: commitsLate, says: /late.* had not heard it/ },
  { bug: 'acknowledge-before-commit', trouble: postgresRestarted, says: /^I[16]/ },
]

test.each(finds)(
  'it finds $bug when $trouble.name',
  async ({ bug, trouble, says }) => {
    if (cluster.lacks) return
    const order = { seed: 1, attacks: 1, bug }
    const plan = { troubles: [trouble], longest, members: 2 }
    const { sentences } = await besiegeCluster(order, plan)
    expect(sentences).toContainEqual(expect.stringMatching(says))
  },
  PATIENCE,
)
