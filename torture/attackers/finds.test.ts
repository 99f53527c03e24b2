/** An attacker that finds nothing may be blind: each is shown a bug that it has to find. */
import { afterEach, expect, test } from 'vitest'

import type { SeededBug } from '../../packages/protocol/src/seeded-bugs/bugs.ts'
import { sow } from '../../packages/protocol/src/seeded-bugs/on.ts'
import type { Attacker } from './attacker.ts'
import { clock } from './clock.ts'
import { stalled } from './crowd/stalled.ts'
import { storm } from './crowd/storm.ts'
import { diskFull } from './disk-full.ts'
import { frames } from './frames.ts'
import { kill } from './kill.ts'
import { network } from './network.ts'
import { offline } from './offline.ts'
import { powerLoss } from './power-loss/power-loss.ts'

const PATIENCE = 120_000

afterEach(() => sow(null))

interface Find {
  readonly attacker: Attacker
  readonly bug: SeededBug
  readonly attacks: number
  /** What the attacker must say, among other things. */
  readonly says: RegExp
}

const inTheServer: readonly Find[] = [
  {
    attacker: powerLoss,
    bug: 'synchronous-off',
    attacks: 4,
    says: /acknowledged at \d+, and is not/,
  },
  { attacker: network, bug: 'no-dedupe', attacks: 5, says: /^I2/ },
  {
    attacker: diskFull,
    bug: 'acknowledge-before-commit',
    attacks: 2,
    says: /and is not in the log/,
  },
  { attacker: clock, bug: 'clock-trusted', attacks: 2, says: /answered with 429/ },
  { attacker: stalled, bug: 'overflow-ignored', attacks: 20, says: /never told|were held/ },
  { attacker: storm, bug: 'hint-dropped', attacks: 50, says: /hear nothing/ },
]

async function find({ attacker, bug, attacks, says }: Find): Promise<void> {
  if (attacker.lacks) return
  const { sentences } = await attacker.run({ seed: 1, attacks, bug })
  expect(sentences).toContainEqual(expect.stringMatching(says))
}
test.concurrent.each(inTheServer)('$attacker.name finds $bug in the server', find, PATIENCE)

// By themselves: what they find takes a load, or is to be seen for milliseconds.
const alone: readonly Find[] = [
  { attacker: kill, bug: 'no-dedupe', attacks: 10, says: /^I2/ },
  {
    attacker: powerLoss,
    bug: 'shown-before-sync',
    attacks: 30,
    says: /was shown, and is not there/,
  },
]
const inTheClient: readonly Find[] = [
  { attacker: frames, bug: 'applied-out-of-order', attacks: 3, says: /^I/ },
  { attacker: offline, bug: 'dropped-on-time-out', attacks: 1, says: /never got to the server|^I/ },
]

test.each(alone)('$attacker.name finds $bug in the server', find, PATIENCE)

test.each(inTheClient)(
  '$attacker.name finds $bug in the client',
  async ({ attacker, bug, attacks, says }) => {
    sow(bug)
    const { sentences } = await attacker.run({ seed: 1, attacks })
    expect(sentences).toContainEqual(expect.stringMatching(says))
  },
  PATIENCE,
)
