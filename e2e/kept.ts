/** What a page keeps on its device. */
import type { Page } from '@playwright/test'

import { expect } from './fixtures.ts'

/** Each key and its value, as JSON. */
export function readKept(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const answerOf = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve) => {
        request.onsuccess = () => resolve(request.result)
      })
    const db = await answerOf(indexedDB.open('roost'))
    const entries = db.transaction('entries').objectStore('entries')
    const [keys, values] = await Promise.all([
      answerOf(entries.getAllKeys()),
      answerOf(entries.getAll()),
    ])
    db.close()
    return keys.map((key, at) => JSON.stringify([key, values[at]]))
  })
}

/** Until what was read is kept, this text too: a page that is left does it at once. */
export async function keepAll(page: Page, text = ''): Promise<void> {
  await page.evaluate(() => {
    Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true })
    document.dispatchEvent(new Event('visibilitychange'))
  })
  const isCached = async () =>
    (await readKept(page)).some((entry) => entry.startsWith('["cache/') && entry.includes(text))
  await expect.poll(isCached).toBe(true)
}
