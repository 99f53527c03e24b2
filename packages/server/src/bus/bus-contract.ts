/** What every bus promises: one suite, run on each of them. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import type { Bus, Note } from './bus.ts'

export interface BusUnderTest {
  readonly bus: Bus
  /** Errors that handlers have thrown. */
  readonly reports: readonly unknown[]
  /** Resolves when what was published before has been heard. */
  settle(): Promise<void>
  stop(): Promise<void>
}

export function describeBus(name: string, start: () => Promise<BusUnderTest>): void {
  const hint = (seq: number): Note => ({ type: 'event', conversationId: 'a', seq })

  describe(`the bus contract: ${name}`, () => {
    let under: BusUnderTest
    beforeEach(async () => {
      under = await start()
    })
    afterEach(() => under.stop())

    const listen = () => {
      const heard: Note[] = []
      return { heard, stop: under.bus.subscribe((note) => heard.push(note)) }
    }

    test('everyone who listens hears every note, in the order of publication', async () => {
      const [one, two] = [listen(), listen()]
      const notes = Array.from({ length: 100 }, (_, at) => hint(at))
      for (const note of notes) under.bus.publish(note)
      await under.settle()
      expect(one.heard).toEqual(notes)
      expect(two.heard).toEqual(notes)
    })

    test('a note arrives as it was sent', async () => {
      const { heard } = listen()
      const notes: Note[] = [
        { type: 'presence', userId: 'alice', online: false, lastSeenAt: null },
        { type: 'revoked', userId: 'alice', sessionId: 'one' },
        {
          type: 'signal',
          conversationId: 'a',
          except: 'alice',
          signal: { type: 'typing', conversationId: 'a', userId: 'alice' },
        },
      ]
      for (const note of notes) under.bus.publish(note)
      await under.settle()
      expect(heard).toEqual(notes)
    })

    test('whoever has left hears nothing more', async () => {
      const [one, two] = [listen(), listen()]
      under.bus.publish(hint(1))
      await under.settle()
      one.stop()
      under.bus.publish(hint(2))
      await under.settle()
      expect(one.heard).toEqual([hint(1)])
      expect(two.heard).toEqual([hint(1), hint(2)])
    })

    test('a handler that throws is reported and keeps a note from nobody', async () => {
      under.bus.subscribe(() => {
        throw new Error('deaf')
      })
      const { heard } = listen()
      expect(() => under.bus.publish(hint(1))).not.toThrow()
      await under.settle()
      expect(heard).toEqual([hint(1)])
      expect(under.reports).toEqual([new Error('deaf')])
    })

    test('a handler may publish, leave and listen while it hears', async () => {
      const late: Note[] = []
      const stop = under.bus.subscribe(() => {
        stop()
        under.bus.subscribe((note) => late.push(note))
        under.bus.publish(hint(2))
      })
      under.bus.publish(hint(1))
      await under.settle()
      expect(late).toContainEqual(hint(2))
    })
  })
}
