/** How people are named inside sentences. */

/** Keeps foreign text from turning the direction of the sentence around it. */
export function isolate(text: string): string {
  return `\u2068${text}\u2069`
}

/** The name by which one would call someone: "Lucía Ferrer" → "Lucía", "陈静" → "陈静". */
export function shortName(name: string): string {
  return name.trim().split(/\s+/u)[0] ?? name
}
