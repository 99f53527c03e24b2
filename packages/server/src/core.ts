/** What the nouns work with: built once, in app.ts. */
import { randomInt } from 'node:crypto'

import { uuidv7 } from '@roost/protocol'

import type { Bus } from './bus/bus.ts'
import type { Files } from './files/files.ts'
import type { Metrics } from './metrics/metrics.ts'
import type { SearchIndex } from './search/search-index.ts'
import type { Settings } from './settings/settings.ts'
import type { Database } from './storage/database.ts'

export interface Core {
  readonly database: Database
  readonly bus: Bus
  readonly settings: Settings
  readonly files: Files
  readonly search: SearchIndex
  readonly metrics: Metrics
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** A bug, or trouble that no caller waits for: logged. */
  readonly report: (error: unknown) => void
}

export function newId(core: Pick<Core, 'now'>): string {
  return uuidv7(core.now(), strongRandom)
}

function strongRandom(): number {
  const RANGE = 2 ** 47
  return randomInt(RANGE) / RANGE
}
