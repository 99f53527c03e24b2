/** For whoever runs the server: is it alive, may it get requests, and how is it doing. */
import { hash, timingSafeEqual } from 'node:crypto'

import type { FastifyInstance } from 'fastify'

import type { Core } from '../core.ts'
import { AppError, notFound } from '../errors.ts'
import type { Context } from './context.ts'

/** Milliseconds after which a database that says nothing counts as away. */
const ANSWER_WITHIN = 3_000

/** What answers while the server stops, too. */
export const operations: readonly string[] = ['/healthz', '/readyz', '/metrics']

export function operationsRoutes(
  app: FastifyInstance,
  { core, config }: Pick<Context, 'core' | 'config'>,
  isStopping: () => boolean,
): void {
  app.get('/healthz', async () => ({ status: 'ok' }))
  app.get('/readyz', async (_request, reply) => {
    const database = (await isThere(core)) ? 'up' : 'down'
    // Without the bus nothing is lost and all is served, a moment later.
    const bus = core.metrics.busIsUp ? 'up' : 'down'
    const status = isStopping() ? 'stopping' : database === 'up' ? 'ready' : 'unavailable'
    if (status !== 'ready') void reply.code(503)
    return { status, database, bus }
  })
  app.get('/metrics', async ({ headers }, reply) => {
    const { metricsToken } = config
    if (metricsToken === undefined) throw notFound()
    if (!isSame(headers.authorization ?? '', `Bearer ${metricsToken}`))
      throw new AppError('unauthenticated', 'Send the token of ROOST_METRICS_TOKEN.')
    void reply.type(core.metrics.contentType)
    return core.metrics.text()
  })
}

async function isThere({ database }: Core): Promise<boolean> {
  const found = database
    .read((db) => db.selectFrom('meta').select('key').limit(1).execute())
    .then(
      () => true,
      () => false,
    )
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), ANSWER_WITHIN)
  })
  return Promise.race([found, late]).finally(() => clearTimeout(timer))
}

/** In a time that tells nothing. */
function isSame(given: string, wanted: string): boolean {
  const digest = (text: string) => hash('sha256', text, 'buffer')
  return timingSafeEqual(digest(given), digest(wanted))
}
