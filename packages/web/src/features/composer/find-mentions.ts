import { limits, normalizeUsername, type User } from '@roost/protocol'

import { parseText, type Part } from '../messages/parse-text.ts'

/** The ids of the people whom a text names, each once, in their order. */
export function findMentions(text: string, people: Iterable<User>): string[] {
  if (!text.includes('@')) return []
  const named = new Map<string, string>()
  for (const { id, username } of people) {
    if (username !== null) named.set(normalizeUsername(username), id)
  }
  const found = new Set<string>()
  const collect = (part: Part) => {
    if ('parts' in part) part.parts.forEach(collect)
    else if (part.type === 'mention') found.add(part.userId)
  }
  parseText(text, named).forEach(collect)
  return [...found].slice(0, limits.mentionsMax)
}
