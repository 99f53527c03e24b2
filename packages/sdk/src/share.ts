/** Structural sharing: what is equal stays the same object, so that nobody renders it again. */

/** `next`, made of the parts of `held` wherever they are equal; `held` itself when all of it is. */
export function share<T>(held: T | undefined, next: T): T {
  if (Object.is(held, next) || !isPlain(held) || !isPlain(next)) return next
  if (Array.isArray(held) !== Array.isArray(next)) return next
  let same = Object.keys(held).length === Object.keys(next).length
  const shared: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(next)) {
    shared[key] = share(held[key], value)
    same &&= Object.hasOwn(held, key) && Object.is(shared[key], held[key])
  }
  if (same) return held
  return (Array.isArray(next) ? Object.values(shared) : shared) as T
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
