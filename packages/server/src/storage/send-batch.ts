/** Sends that were taken together, and telling each of them what became of it. */
import type { Send, SendOutcome, StoredSend } from './sends.ts'

export interface SendJob {
  readonly send: Send
  readonly onStored: (stored: StoredSend) => void
  readonly resolve: (outcome: SendOutcome) => void
  readonly reject: (error: unknown) => void
}

/** Most sends in one commit: enough to be cheap, few enough not to hold the event loop. */
export const BATCH = 500

/** @param act runs what is not to stop the rest */
export function publish(
  batch: readonly SendJob[],
  outcomes: readonly SendOutcome[],
  act: (act: () => void) => void,
): void {
  for (const [at, job] of batch.entries()) {
    const outcome = outcomes[at]
    if (outcome?.status === 'stored') act(() => job.onStored(outcome))
  }
}

/** Once they are durable: first everybody hears, then the senders know. */
export function settle(
  batch: readonly SendJob[],
  outcomes: readonly SendOutcome[],
  act: (act: () => void) => void,
): void {
  publish(batch, outcomes, act)
  for (const [at, job] of batch.entries()) {
    const outcome = outcomes[at]
    if (!outcome) throw new Error('A send was left without an answer.')
    job.resolve(outcome)
  }
}
