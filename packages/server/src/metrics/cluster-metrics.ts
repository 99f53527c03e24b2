/**
 * Where several workers share a port, a request for metrics comes to any one of them: it asks the
 * primary process, which asks all. The numbers stay apart, by a label, as those of machines do.
 */
import cluster, { type Worker } from 'node:cluster'

import { AggregatorRegistry } from 'prom-client'
import { z } from 'zod'

/** Milliseconds. Whoever starts or hangs is left out. */
const PRIMARY_WAITS = 1_000
const WORKER_WAITS = 2 * PRIMARY_WAITS

const parts = z.array(z.array(z.looseObject({ name: z.string() })))
/** Between the primary and its workers; a number tells which question an answer is for. */
const message = z.discriminatedUnion('roostMetrics', [
  z.object({ roostMetrics: z.literal('askAll'), question: z.number() }),
  z.object({ roostMetrics: z.literal('all'), question: z.number(), text: z.string() }),
  z.object({ roostMetrics: z.literal('askOne'), question: z.number() }),
  z.object({ roostMetrics: z.literal('one'), question: z.number(), parts }),
])
type Message = z.infer<typeof message>
type Parts = z.infer<typeof parts>

/** In the primary process: from here on it answers its workers. */
export function gatherMetrics(report: (error: unknown) => void): void {
  const questions = new Map<number, (parts: Parts) => void>()
  let last = 0
  const ask = (worker: Worker): Promise<Parts> => {
    const { promise, resolve } = Promise.withResolvers<Parts>()
    const question = ++last
    questions.set(question, resolve)
    const patience = setTimeout(() => resolve([]), PRIMARY_WAITS)
    tell(worker, { roostMetrics: 'askOne', question })
    return promise.finally(() => {
      clearTimeout(patience)
      questions.delete(question)
    })
  }
  const answer = async (asking: Worker, question: number) => {
    const all = Object.values(cluster.workers ?? {}).flatMap((worker) => worker ?? [])
    const told = await Promise.all(all.map(ask))
    const text = await AggregatorRegistry.aggregate(told.flat()).metrics()
    tell(asking, { roostMetrics: 'all', question, text })
  }
  cluster.on('message', (worker: Worker, received: unknown) => {
    const { data } = message.safeParse(received)
    if (data?.roostMetrics === 'one') questions.get(data.question)?.(data.parts)
    // The worker that asked answers for itself in a moment.
    if (data?.roostMetrics === 'askAll') answer(worker, data.question).catch(report)
  })
}

function tell(worker: Worker, sent: Message): void {
  // One that is ending is heard of no more.
  if (worker.isConnected()) worker.send(sent, () => {})
}

/** Of a worker: how it tells its numbers, and asks for those of all. */
export class ClusterMetrics {
  readonly #questions = new Map<number, (text: string) => void>()
  #last = 0

  /** @param readOwn what `getMetricsAsJSON` tells, registry by registry */
  constructor(readOwn: () => Promise<object[][]>, report: (error: unknown) => void) {
    process.on('message', (received: unknown) => {
      const { data } = message.safeParse(received)
      if (data?.roostMetrics === 'all') this.#questions.get(data.question)?.(data.text)
      if (data?.roostMetrics !== 'askOne') return
      const { question } = data
      readOwn()
        .then((parts) => process.send?.({ roostMetrics: 'one', question, parts }))
        .catch(report)
    })
  }

  /** Undefined when the primary does not answer. */
  readAll(): Promise<string | undefined> {
    const { promise, resolve } = Promise.withResolvers<string | undefined>()
    const question = ++this.#last
    this.#questions.set(question, resolve)
    const patience = setTimeout(() => resolve(undefined), WORKER_WAITS)
    process.send?.({ roostMetrics: 'askAll', question } satisfies Message)
    return promise.finally(() => {
      clearTimeout(patience)
      this.#questions.delete(question)
    })
  }
}
