/** Owns the keys that work anywhere in the app: how they are recognised and how they are written. */

interface Chord {
  readonly key: string
  readonly alt?: true
}

/** Each with Ctrl, on a Mac with Command. Browsers keep Ctrl+N and Ctrl+T for themselves. */
const shortcuts = {
  search: { key: 'k' },
  newChat: { key: 'n', alt: true },
} as const satisfies Record<string, Chord>
export type Shortcut = keyof typeof shortcuts

function isMac(): boolean {
  return /Mac|iPhone|iPad/.test(navigator.userAgent)
}

type Keys = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>

/** Whether a key press is this shortcut. AltGr that types a letter of its own ("ń") is none. */
export function isShortcut(event: Keys, shortcut: Shortcut, mac = isMac()): boolean {
  const chord: Chord = shortcuts[shortcut]
  const alt = chord.alt ?? false
  if (event.shiftKey || event.altKey !== alt) return false
  if (mac ? !event.metaKey || event.ctrlKey : !event.ctrlKey || event.metaKey) return false
  // On a Mac, Option turns the letter into another one: go by the key cap.
  return mac && alt
    ? event.code === `Key${chord.key.toUpperCase()}`
    : event.key.toLowerCase() === chord.key
}

/** As it is printed on keys: "Ctrl K", on a Mac "⌘K". */
export function writeShortcut(shortcut: Shortcut, mac = isMac()): string {
  const chord: Chord = shortcuts[shortcut]
  const key = chord.key.toUpperCase()
  if (mac) return `${chord.alt ? '⌥' : ''}⌘${key}`
  return `Ctrl ${chord.alt ? 'Alt ' : ''}${key}`
}
