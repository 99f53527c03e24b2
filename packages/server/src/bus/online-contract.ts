/** What everything that knows who is online promises: one suite, run on each of them. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import type { Online } from './online.ts'

export interface OnlineUnderTest {
  readonly online: Online
  stop(): Promise<void>
}

export function describeOnline(name: string, start: () => Promise<OnlineUnderTest>): void {
  describe(`the contract of who is online: ${name}`, () => {
    let under: OnlineUnderTest
    beforeEach(async () => {
      under = await start()
    })
    afterEach(() => under.stop())

    test('whoever is here is found until they are here no longer', async () => {
      const { online } = under
      await online.add('alice')
      await online.add('bob')
      expect(await online.find(['alice', 'carol', 'bob'])).toEqual(new Set(['alice', 'bob']))
      expect(await online.remove('alice')).toBe(false)
      expect(await online.find(['alice', 'carol', 'bob'])).toEqual(new Set(['bob']))
      expect(await online.find([])).toEqual(new Set())
    })

    test('coming twice is being here once, and who was not here may go', async () => {
      const { online } = under
      await online.add('alice')
      await online.add('alice')
      expect(await online.count()).toBe(1)
      expect(await online.remove('alice')).toBe(false)
      expect(await online.remove('alice')).toBe(false)
      expect(await online.count()).toBe(0)
    })

    test('thousands come and go at once', async () => {
      const { online } = under
      const names = Array.from({ length: 3_000 }, (_, at) => `person ${at}`)
      await Promise.all(names.map((name) => online.add(name)))
      expect(await online.count()).toBe(3_000)
      expect((await online.find(names)).size).toBe(3_000)
      await Promise.all(names.slice(1_000).map((name) => online.remove(name)))
      expect(await online.find(names)).toEqual(new Set(names.slice(0, 1_000)))
    })

    test('who comes back before it is known that they went is here', async () => {
      const { online } = under
      await online.add('alice')
      const went = online.remove('alice')
      await Promise.all([went, online.add('alice')])
      expect(await online.find(['alice'])).toEqual(new Set(['alice']))
      expect(await online.count()).toBe(1)
    })
  })
}
