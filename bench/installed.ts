/** Who can take part on this machine. */
import type { System } from './system.ts'

/** @param say told of everybody who is left out, and why */
export function installed<T extends System>(
  systems: readonly T[],
  say: (line: string) => void,
): T[] {
  return systems.filter(({ name, lacks }) => {
    if (lacks !== undefined) say(`${name} is left out. ${lacks}`)
    return lacks === undefined
  })
}
