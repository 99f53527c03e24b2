/**
 * Several processes on one machine that share its port: kept at their number, replaced one after the
 * other by SIGUSR2, and ended together.
 */
import cluster, { type Worker } from 'node:cluster'
import { once } from 'node:events'

import type { Logger } from 'pino'

import { aborted } from './stop-signal.ts'

/** Set for the worker that says where the server is: the first. */
export const GREETS = 'ROOST_WORKER_GREETS'
const BACK_OFF = { first: 500, most: 10_000 }
/** Whoever has run for so long did not end because it cannot run. */
const STEADY_AFTER = 30_000

interface Options {
  readonly count: number
  readonly signal: AbortSignal
  readonly log: Logger
}

/** Resolves to an exit code when all have ended: that of the first where it could not start. */
export async function runWorkers({ count, signal, log }: Options): Promise<number> {
  const { gatherMetrics } = await import('../metrics/cluster-metrics.ts')
  gatherMetrics((error) => log.error({ error }, 'The metrics of all workers could not be read.'))
  cluster.setupPrimary({ args: ['start', '--no-build'] })
  const first = cluster.fork({ [GREETS]: '1' })
  // It migrates, and finds out whether there is anything to serve.
  const goesOn = await Promise.race([isListening(first), aborted(signal).then(() => true)])
  if (!goesOn) return first.process.exitCode ?? 1
  const workers = new Set<Worker>()
  let backOff = 0

  function keep(worker: Worker): void {
    workers.add(worker)
    const since = performance.now()
    worker.once('exit', (code, killedBy) => {
      // A replaced one is out already.
      if (!workers.delete(worker) || signal.aborted) return
      const steady = performance.now() - since > STEADY_AFTER
      backOff = steady ? 0 : Math.min(backOff * 2 || BACK_OFF.first, BACK_OFF.most)
      const workerPid = worker.process.pid
      log.error({ workerPid, code, killedBy }, 'A worker has ended.')
      setTimeout(() => {
        if (!signal.aborted) keep(cluster.fork())
      }, backOff)
    })
  }

  async function replace(old: Worker): Promise<void> {
    const next = cluster.fork()
    if (!(await isListening(next))) throw new Error('A new worker could not start.')
    workers.delete(old)
    keep(next)
    await end(old)
  }

  let replacing: Promise<void> = Promise.resolve()
  const onReplace = () => {
    replacing = replacing
      .then(async () => {
        // Those that are there now: what comes to be meanwhile is new.
        const old = [...workers]
        for (const worker of old) if (!signal.aborted) await replace(worker)
        log.info('All workers have been replaced.')
      })
      // The old ones serve on.
      .catch((error: unknown) => log.error({ error }, 'The workers were not replaced.'))
  }
  process.on('SIGUSR2', onReplace)

  keep(first)
  while (!signal.aborted && workers.size < count) keep(cluster.fork())
  await aborted(signal)
  process.off('SIGUSR2', onReplace)
  await replacing
  const left = Object.values(cluster.workers ?? {}).flatMap((worker) => worker ?? [])
  await Promise.all(left.map((worker) => end(worker)))
  return 0
}

/** False when it ends before. */
function isListening(worker: Worker): Promise<boolean> {
  return new Promise((resolve) => {
    worker.once('listening', () => resolve(true))
    worker.once('exit', () => resolve(false))
  })
}

async function end(worker: Worker): Promise<void> {
  if (worker.isDead()) return
  const ended = once(worker, 'exit')
  worker.process.kill('SIGTERM')
  await ended
}
