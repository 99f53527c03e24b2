/** What every question of the benches has in common. */

export interface Effort {
  /** Smaller sizes and fewer runs, in seconds instead of minutes. */
  readonly quick: boolean
  /** Told a line of progress now and then. */
  readonly say: (line: string) => void
}

export interface Measured {
  /** By the name of its file, without what all of them begin and end with. */
  readonly pictures: readonly { readonly name: string; readonly svg: string }[]
  /** Markdown. */
  readonly table: string
  /** All of it, to be kept as JSON. */
  readonly figures: object
}
