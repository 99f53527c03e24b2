/** What can be measured: a messenger that stores what it is told and hands it on. */

export interface Crowd {
  /** How many people have accounts, all of whom may write to each other. */
  readonly people: number
  /** How many of them, the first, are members of the one room. */
  readonly members?: number
}

export interface System {
  readonly name: string
  /** A sentence on what is missing here, if it cannot run. */
  readonly lacks?: string
  /** On empty data, and alone: another may have been started before, and has been stopped. */
  start(crowd: Crowd): Promise<Running>
}

export interface Running {
  /** Everything that works for it, its database too. */
  pids(): readonly number[]
  /** @param person counted from 0 */
  connect(person: number): Promise<Client>
  /** Somebody who only listens, for as little as that costs. */
  listen(person: number, tally: Tally): Promise<{ close(): void }>
  /** Resolves when its processes have ended and its data is gone. */
  stop(): Promise<void>
}

/** Of all who listen together: to ask each of thousands would cost more than they do. */
export interface Tally {
  /** Messages that came to any of them, so far. */
  frames: number
}

/** One person, signed in and listening. */
export interface Client {
  /** Resolves when the system has said that it has the message; rejects when it refuses. */
  send(to: Recipient, text: string): Promise<void>
  /** Told the text of each message that comes, also of one's own if the system brings those. */
  onText: (text: string) => void
  close(): void
}

/** One who was away, and is level with the server again. */
export interface Back {
  /** How many came. */
  readonly events: number
  /** How often it was told to come later. */
  readonly refusals: number
  /** Resolves when the server has noticed, as far as that can be known. */
  close(): Promise<void>
}

/** A person by number, or the room. */
export type Recipient = number | 'room'
