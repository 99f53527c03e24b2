import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { BackgroundWork } from './background-work.ts'
import { StorageUnavailableError } from './storage/errors.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** Fails so often before it is done. */
class Work extends BackgroundWork {
  readonly reports: unknown[]
  runs = 0
  readonly #errors: unknown[]

  constructor(...errors: unknown[]) {
    const reports: unknown[] = []
    super((error) => void reports.push(error))
    this.reports = reports
    this.#errors = errors
  }

  protected async run(): Promise<void> {
    this.runs++
    const error = this.#errors.shift()
    if (error !== undefined) throw error
  }
}
const away = () => new StorageUnavailableError('The database cannot be reached.')

test('while the database is away it is tried again, until all is done', async () => {
  const errors = [away(), away()]
  const work = new Work(...errors)
  work.start()
  await work.settle()
  expect(work.runs).toBe(1)
  await vi.runAllTimersAsync()
  expect(work.reports).toEqual(errors)
  expect(work.runs).toBe(3)
})

test('once it is closed nothing is tried again', async () => {
  const work = new Work(away())
  work.start()
  await work.settle()
  await work.close()
  const closing = new Work(away())
  closing.start()
  await Promise.resolve()
  await closing.close()
  expect(vi.getTimerCount()).toBe(0)
  expect([work.runs, closing.runs]).toEqual([1, 1])
})

test('whatever else is wrong waits for the next start', async () => {
  const work = new Work(new Error('Wrong.'))
  work.start()
  await work.settle()
  expect(vi.getTimerCount()).toBe(0)
  work.start()
  await work.settle()
  expect(work.runs).toBe(2)
})
