/**
 * Messages at moments that were fixed beforehand, however many are still unanswered, from two cores that
 * the server needs as well: three times what it can do. Everything counts from the moment at which it was
 * to be said (no coordinated omission), and is written down for the checker of histories.
 */
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises'

import { uuidv7 } from '../../packages/protocol/src/index.ts'
import type { DeviceFacts, Entry } from '../../torture/checker/history.ts'
import { Line, type Answer } from './line.ts'
import { WORDS } from './words.ts'

/** Who writes, and where. */
export interface Speaker {
  readonly userId: string
  readonly token: string
  readonly conversationId: string
}

/** So many a second, for so long. */
export interface Step {
  readonly perSecond: number
  readonly seconds: number
}

export interface Told {
  /** Milliseconds since the step began at which it was to be said. */
  readonly due: number
  /** Milliseconds from then until it went out: what the generator itself took too long. */
  readonly late: number
  /** Milliseconds until it was answered, which counts that. */
  readonly took: number
  readonly status: number
}

export interface Peak {
  readonly stored: number
  readonly perSecond: number
}

const DRAIN = 30_000

export class Flood {
  readonly #lines: readonly Line[]
  readonly #speakers: readonly Speaker[]
  /** What happened, in the order in which it did. */
  readonly entries: Entry[] = []
  readonly devices: Record<string, DeviceFacts> = {}
  #count = 0

  private constructor(lines: readonly Line[], speakers: readonly Speaker[]) {
    this.#lines = lines
    this.#speakers = speakers
    for (const [at, { userId }] of speakers.entries())
      this.devices[nameOf(at)] = { userId, inOrder: false }
  }

  /** A line for each speaker. */
  static async open(url: string, speakers: readonly Speaker[]): Promise<Flood> {
    return new Flood(await Promise.all(speakers.map(() => Line.open(url))), speakers)
  }

  /** As much as can be done: on each line so many are under way, and the next goes out for each answer. */
  async findPeak({ seconds, ahead }: { seconds: number; ahead: number }): Promise<Peak> {
    const until = performance.now() + seconds * 1_000
    let stored = 0
    const begun = performance.now()
    const next = (at: number, line: Line) => {
      this.#say(at, line, ({ status }) => {
        if (status === 201) stored++
        if (performance.now() < until) next(at, line)
      })
      line.flush()
    }
    for (const [at, line] of this.#lines.entries())
      for (let count = 0; count < ahead; count++) next(at, line)
    await pause(seconds * 1_000)
    await this.drain()
    return { stored, perSecond: stored / ((performance.now() - begun) / 1_000) }
  }

  /** Does not wait for the last answers, which are told all the same: what comes next meets them. */
  async offer({ perSecond, seconds }: Step, onAnswer: (told: Told) => void): Promise<void> {
    const begun = performance.now()
    const all = Math.round(perSecond * seconds)
    for (let count = 0; count < all; await nextTurn()) {
      const now = performance.now() - begun
      for (; count < Math.min(all, Math.floor((now / 1_000) * perSecond) + 1); count++) {
        const due = (count / perSecond) * 1_000
        const late = now - due
        const at = count % this.#lines.length
        const line = this.#lines[at]
        if (!line) throw new Error('There is no line.')
        this.#say(at, line, ({ status }) =>
          onAnswer({ due, late, took: performance.now() - begun - due, status }),
        )
      }
      for (const line of this.#lines) line.flush()
    }
  }

  /** Resolves when everything is answered. */
  async drain(): Promise<void> {
    const patience = performance.now() + DRAIN
    while (this.#lines.some(({ waiting }) => waiting > 0)) {
      if (performance.now() > patience) throw new Error('Some requests were never answered.')
      await pause(1)
    }
  }

  close(): void {
    for (const line of this.#lines) line.close()
  }

  #say(at: number, line: Line, onAnswer: (answer: Answer) => void): void {
    const speaker = this.#speakers[at]
    if (!speaker) throw new Error('Nobody is there to speak.')
    const { token, conversationId } = speaker
    const clientId = uuidv7(Date.now(), Math.random)
    const text = `${this.#count++} ${WORDS}`
    this.entries.push({
      type: 'invoke',
      op: clientId,
      clientId,
      device: nameOf(at),
      conversationId,
      write: { type: 'send', body: text },
    })
    line.post({
      token,
      conversationId,
      clientId,
      text,
      onAnswer: (answer) => {
        this.entries.push(entryOf(clientId, answer))
        onAnswer(answer)
      },
    })
  }
}

const nameOf = (speaker: number) => `speaker ${speaker}`

/** Whoever is refused for having come too early is not stored: that is checked, too. */
function entryOf(op: string, { status, seq }: Answer): Entry {
  if (status === 201) return { type: 'ok', op, ...(seq !== undefined && { seq }) }
  return { type: 'fail', op, code: String(status) }
}
