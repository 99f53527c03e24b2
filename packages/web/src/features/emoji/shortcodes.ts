/** Owns the names of emoji: fetched once, when somebody begins to type one. */
import { emojiFolder } from './emoji-locale.ts'
import type { Shortcodes } from './find-shortcodes.ts'

let held: readonly Shortcodes[] = []
let loading: Promise<readonly Shortcodes[]> | null = null

/** What has been fetched so far: nothing at first. */
export function knownShortcodes(): readonly Shortcodes[] {
  return held
}

export function loadShortcodes(): Promise<readonly Shortcodes[]> {
  loading ??= fetchShortcodes().catch((error: unknown) => {
    loading = null
    throw error
  })
  return loading
}

async function fetchShortcodes(): Promise<readonly Shortcodes[]> {
  const response = await fetch(`${emojiFolder}/shortcodes.json`)
  if (!response.ok) throw new Error(`The names of emoji: ${response.status}`)
  const rows: unknown = await response.json()
  held = Array.isArray(rows) ? rows.filter(isRow) : []
  return held
}

function isRow(row: unknown): row is Shortcodes {
  return Array.isArray(row) && row.length > 1 && row.every((cell) => typeof cell === 'string')
}
