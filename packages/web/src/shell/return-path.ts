/** Only addresses of this app are returned to: a link must not lead a new session elsewhere. */
export function returnPath(path: unknown, origin = location.origin): string | undefined {
  if (typeof path !== 'string' || !path.startsWith('/')) return undefined
  // As a browser reads it: two slashes begin another host, so does "/\\", or a tab between the two.
  const leadsHere = URL.canParse(path, origin) && new URL(path, origin).origin === origin
  return leadsHere ? path : undefined
}
