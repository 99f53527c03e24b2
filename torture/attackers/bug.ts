/** Seeded bugs in a server process of its own: switches in the product's code, there under a condition only. */
export function switchOn(bug: string | undefined): Record<string, string> {
  if (bug === undefined) return {}
  return { NODE_OPTIONS: '--conditions=seeded-bugs', ROOST_SEEDED_BUG: bug }
}
