/** Where each conversation was left, as long as the page lives: coming back restores it. */

export interface Position {
  /** The row at the top of the view, the seq of its message, and how much of it is scrolled away. */
  readonly key: string
  readonly seq: number
  readonly offset: number
}

const positions = new Map<string, Position>()

export function savedPosition(conversationId: string): Position | undefined {
  return positions.get(conversationId)
}

export function savePosition(conversationId: string, position: Position): void {
  positions.set(conversationId, position)
}

/** At the newest message there is nothing to come back to. */
export function forgetPosition(conversationId: string): void {
  positions.delete(conversationId)
}
