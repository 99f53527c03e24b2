/** What a curve is: one question about growth, measured on a server in a process of its own. */

export interface Effort {
  /** Smaller sizes and fewer runs, in seconds instead of minutes. */
  readonly quick: boolean
  /** Told a line of progress now and then. */
  readonly say: (line: string) => void
}

export interface Curve {
  readonly name: string
  measure(effort: Effort): Promise<Measured>
}

export interface Measured {
  /** By the name of its file, without what all of them begin and end with. */
  readonly pictures: readonly { readonly name: string; readonly svg: string }[]
  /** Markdown. */
  readonly table: string
  /** All of it, to be kept as JSON. */
  readonly figures: object
}
