/** Storage of a page: one IndexedDB store, shared by all windows of the browser. */
import { openDB, type DBSchema, type IDBPDatabase } from 'idb'

import type { ClientStorage } from './options.ts'

const storeName = 'entries'

interface Schema extends DBSchema {
  [storeName]: { key: string; value: unknown }
}

/** @param name of the database, made when it is missing */
export function indexedStorage(name: string): ClientStorage {
  let opened: Promise<IDBPDatabase<Schema>> | null = null

  function database(): Promise<IDBPDatabase<Schema>> {
    opened ??= openDB<Schema>(name, 1, {
      upgrade: (db) => void db.createObjectStore(storeName),
      // A window of a newer version waits for this one to let go.
      blocking: (_now, _next, event) => {
        opened = null
        if (event.target instanceof IDBDatabase) event.target.close()
      },
      terminated: () => (opened = null),
    }).catch((error: unknown) => {
      opened = null
      throw error
    })
    return opened
  }

  return {
    async read(prefix) {
      const db = await database()
      const { store } = db.transaction(storeName)
      const range = IDBKeyRange.bound(prefix, `${prefix}\uffff`)
      const [keys, values] = await Promise.all([store.getAllKeys(range), store.getAll(range)])
      return keys.map((key, at) => [key, values[at]] as const)
    },
    async write(changes) {
      if (changes.length === 0) return
      const db = await database()
      // Without it a power cut may take what the promise has vouched for.
      const transaction = db.transaction(storeName, 'readwrite', { durability: 'strict' })
      const { store } = transaction
      const requests = changes.map(([key, value]) =>
        value === null ? store.delete(key) : store.put(value, key),
      )
      // Waiting for the requests first would lose what is written while the page is being left.
      transaction.commit()
      await Promise.all([...requests, transaction.done])
    },
  }
}
