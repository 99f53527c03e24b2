/** A request to Roost's API, put again for as long as it is refused with a wait. */
import { setTimeout as pause } from 'node:timers/promises'

import type { Pool } from 'undici'

export interface Asked {
  /** Below `/api/v1`. */
  readonly path: string
  /** With one it is a POST. */
  readonly body?: object
}

const TOO_MUCH_TO_DO = 503

/** @returns what the answer holds */
export async function ask(
  pool: Pool,
  { path, body, token, onRefused }: Asked & { token: string; onRefused?: () => void },
): Promise<unknown> {
  for (;;) {
    const { statusCode, headers, ...answer } = await pool.request({
      path: `/api/v1${path}`,
      method: body ? 'POST' : 'GET',
      headers: {
        authorization: `Bearer ${token}`,
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    })
    const text = await answer.body.text()
    if (statusCode < 300) return JSON.parse(text)
    if (statusCode !== TOO_MUCH_TO_DO)
      throw new Error(`${path} was answered with ${statusCode}: ${text}`)
    onRefused?.()
    // Whoever is sent away waits as well.
    await pause(Number(headers['retry-after'] ?? 1) * 1_000)
  }
}
