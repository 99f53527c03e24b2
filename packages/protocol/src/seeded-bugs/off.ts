/** In every build but those of fault tests: there are no seeded bugs, and bundlers drop what asks. */
import type { Seeded } from './bugs.ts'

export type { SeededBug } from './bugs.ts'

export const seeded: Seeded = undefined
