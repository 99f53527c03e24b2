import { isIPv6 } from 'node:net'

/** As people write it: better-auth stores all the zeros of an IPv6 address. */
export function writeAddress(address: string | null): string | null {
  if (!address) return null
  return isIPv6(address) ? new URL(`http://[${address}]`).hostname.slice(1, -1) : address
}
