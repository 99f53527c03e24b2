/** What the benches ask: each question is measured on servers in processes of their own. */
import type { RoostSystem } from './roost/roost.ts'

export interface Question {
  readonly name: string
  measure(effort: Effort): Promise<Measured>
}

export interface Effort {
  /** Smaller sizes and fewer runs, in seconds instead of minutes. */
  readonly quick: boolean
  /** Told a line of progress now and then. */
  readonly say: (line: string) => void
  /** Of an earlier release, to be measured beside this one where there is a reference. */
  readonly previous?: RoostSystem | undefined
}

export interface Measured {
  /** By the name of its file, without its ending. */
  readonly pictures: readonly { readonly name: string; readonly svg: string }[]
  /** Markdown. */
  readonly table: string
  /** All of it, to be kept as JSON. */
  readonly figures: object
}
