import { join } from 'node:path'

import { systemOf } from '../roost/roost.ts'

const reference = (name: string, file: string) =>
  systemOf(name, { file: join(import.meta.dirname, file) })

/** The least that a message costs: see there. */
export const barePath = reference('bare path', 'bare-path.ts')
/** The least that it costs to say what somebody missed. */
export const rawCatchUp = reference('raw catch-up', 'raw-catch-up.ts')
/** The least that it costs to hand on. */
export const rawFanOut = reference('raw ws', 'raw-fan-out.ts')
