/** What every question of the benches has in common. */
import type { RoostSystem } from '../roost/roost.ts'

export interface Effort {
  /** Smaller sizes and fewer runs, in seconds instead of minutes. */
  readonly quick: boolean
  /** Told a line of progress now and then. */
  readonly say: (line: string) => void
  /** Of an earlier release, to be measured beside this one. */
  readonly previous?: RoostSystem | undefined
}

export interface Measured {
  /** By the name of its file, without what all of them begin and end with. */
  readonly pictures: readonly { readonly name: string; readonly svg: string }[]
  /** Markdown. */
  readonly table: string
  /** All of it, to be kept as JSON. */
  readonly figures: object
}
