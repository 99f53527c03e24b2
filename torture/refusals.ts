/** What may go wrong with what people do, while they or the server are under attack. */
import { ApiError, ConnectionError, ProtocolError } from '@roost/sdk'

/**
 * For whoever does not wait for it. A refusal, and an answer that never came, are in the history; any
 * other error is a mistake, and left for the process to stumble over.
 */
export function letGo(work: Promise<unknown>): void {
  work.catch((error: unknown) => {
    if (!isNo(error)) throw error
  })
}

const isNo = (error: unknown) =>
  error instanceof ApiError || error instanceof ConnectionError || error instanceof ProtocolError

/** Of a `fetch`, or of an answer that broke off. */
export function expectNoAnswer(error: unknown): undefined {
  const isNetworks = error instanceof TypeError && /^(fetch failed|terminated)$/.test(error.message)
  if (!isNetworks) throw error
}
