/** One emoji with the names that people type between colons. */
export type Shortcodes = readonly [emoji: string, ...codes: string[]]

export interface Match {
  readonly emoji: string
  readonly code: string
}

/** Shorter queries would be contained in anything. */
const containedFrom = 3

/** The emoji under names that begin with the query, then those that contain it. At most `most`. */
export function findShortcodes(
  all: readonly Shortcodes[],
  query: string,
  most: number,
): readonly Match[] {
  const wanted = query.toLowerCase()
  const exact: Match[] = []
  const begin: Match[] = []
  const contain: Match[] = []
  for (const [emoji, ...codes] of all) {
    const code =
      codes.find((name) => name === wanted) ??
      codes.find((name) => name.startsWith(wanted)) ??
      (wanted.length < containedFrom ? undefined : codes.find((name) => name.includes(wanted)))
    if (code === undefined) continue
    const place = code === wanted ? exact : code.startsWith(wanted) ? begin : contain
    place.push({ emoji, code })
  }
  return [...exact, ...begin, ...contain].slice(0, most)
}

/** The emoji of exactly this name. */
export function emojiOf(all: readonly Shortcodes[], code: string): string | undefined {
  const wanted = code.toLowerCase()
  return all.find(([, ...codes]) => codes.includes(wanted))?.[0]
}
