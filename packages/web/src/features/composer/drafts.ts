/** Owns what is typed and not sent: one draft a conversation, kept on this device for one user. */

type DraftStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>

export interface Drafts {
  /** Empty where there is none. */
  get(userId: string, conversationId: string): string
  /** Nothing but blanks lasts as long as the page. */
  set(userId: string, conversationId: string, text: string): void
  /** Removes all drafts of someone who leaves this device. */
  forget(userId: string): void
  subscribe(listener: () => void): () => void
  /** Another tab changed a draft. */
  notice(key: string | null): void
}

/**
 * `storage` is null where the browser keeps nothing: drafts then last as long as the page. `prefix`
 * sets one kind of draft apart from another.
 */
export function createDrafts(storage: DraftStorage | null, prefix = 'roost.draft.'): Drafts {
  const memory = new Map<string, string>()
  const listeners = new Set<() => void>()
  const keyOf = (userId: string, conversationId: string) => `${prefix}${userId}.${conversationId}`
  const tell = () => listeners.forEach((listener) => listener())

  const load = (key: string): string => {
    try {
      return storage?.getItem(key) ?? ''
    } catch {
      return ''
    }
  }
  const save = (key: string, text: string): void => {
    try {
      if (text === '') storage?.removeItem(key)
      else storage?.setItem(key, text)
    } catch {
      // Storage is full or shut off: the draft stays in memory.
    }
  }

  const storedKeys = (): string[] => {
    try {
      return Array.from({ length: storage?.length ?? 0 }, (_, at) => storage?.key(at) ?? '')
    } catch {
      return []
    }
  }

  return {
    get(userId, conversationId) {
      const key = keyOf(userId, conversationId)
      let text = memory.get(key)
      if (text === undefined) memory.set(key, (text = load(key)))
      return text
    },
    set(userId, conversationId, text) {
      const key = keyOf(userId, conversationId)
      if (memory.get(key) === text) return
      memory.set(key, text)
      save(key, text.trim() === '' ? '' : text)
      tell()
    },
    forget(userId) {
      const own = `${prefix}${userId}.`
      for (const key of [...memory.keys(), ...storedKeys()]) {
        if (!key.startsWith(own)) continue
        memory.delete(key)
        save(key, '')
      }
      tell()
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    notice(key) {
      if (key === null) memory.clear()
      else if (key.startsWith(prefix)) memory.delete(key)
      else return
      tell()
    },
  }
}
