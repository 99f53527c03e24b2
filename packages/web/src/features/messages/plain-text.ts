/** A message in plain words, for places of one line: without its marks, and with the names of people. */
import { normalizeUsername, type User } from '@roost/protocol'

import { parseText, type Named, type Part } from './parse-text.ts'

/** Whom a message names. */
export interface Mentioned {
  readonly named: Named
  /** What to call each of them. */
  readonly names: ReadonlyMap<string, string>
}

export function mentionedAmong(users: readonly User[]): Mentioned {
  const named = new Map<string, string>()
  const names = new Map<string, string>()
  for (const { id, username, name } of users) {
    if (username === null) continue
    named.set(normalizeUsername(username), id)
    names.set(id, name)
  }
  return { named, names }
}

export function writePlain(body: string, { named, names }: Mentioned): string {
  const write = (part: Part): string => {
    if ('parts' in part) return part.parts.map(write).join('')
    return part.type === 'mention' ? `@${names.get(part.userId) ?? part.text.slice(1)}` : part.text
  }
  return parseText(body, named).map(write).join('')
}
