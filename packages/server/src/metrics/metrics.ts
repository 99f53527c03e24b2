/**
 * What `/metrics` tells: counts and times, in the format of Prometheus. No label ever says who, where
 * or what: only outcomes, route patterns and states, of which there are few.
 */
import cluster from 'node:cluster'

import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'

import type { PoolState } from '../storage/database.ts'
import type { SendOutcome } from '../storage/sends.ts'
import { ClusterMetrics } from './cluster-metrics.ts'

type Look<T> = () => readonly Readonly<T>[]

export interface Answered {
  readonly method: string
  /** A pattern, such as `/api/v1/messages/:id`. */
  readonly route: string
  readonly status: number
  readonly milliseconds: number
}

const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

export class Metrics {
  readonly #registry = new Registry()
  readonly #outcomes: Record<'stored' | 'repeated' | 'refused' | 'failed', Counter.Internal>
  readonly #sendSeconds = this.#histogram(
    'roost_send_seconds',
    'From the moment a send is let in until it is durable, or refused.',
  )
  readonly #frames = this.#counter(
    'roost_deliveries_total',
    'Events of conversations that were handed to sockets, counted socket by socket.',
  )
  readonly #deliverySeconds = this.#histogram(
    'roost_delivery_seconds',
    'From the moment an event was made, in whatever process, until the sockets of this one get it.',
  )
  readonly #repairs = this.#counter(
    'roost_sweep_repairs_total',
    'Conversations whose events were found by the sweep: the bus had not told of them.',
  )
  readonly #turnedAway = this.#counter(
    'roost_requests_refused_total',
    'Requests that were answered 503 unseen, because there was too much to do.',
  )
  readonly #httpSeconds = new Histogram({
    name: 'roost_http_request_seconds',
    help: 'Requests, from their headers to the end of the answer.',
    labelNames: ['method', 'route', 'status'],
    buckets: BUCKETS,
    registers: [this.#registry],
  })
  readonly #cluster: ClusterMetrics | undefined
  #waiting = 0
  #busIsUp = true

  constructor(report: (error: unknown) => void) {
    this.#cluster = this.#joinCluster(report)
    const sends = new Counter({
      name: 'roost_sends_total',
      help: 'Messages that were sent, by what became of them.',
      labelNames: ['outcome'],
      registers: [this.#registry],
    })
    const outcome = (outcome: string) => {
      // Counted from nought, so that the first failure is a rise.
      sends.inc({ outcome }, 0)
      return sends.labels({ outcome })
    }
    this.#outcomes = {
      stored: outcome('stored'),
      repeated: outcome('repeated'),
      refused: outcome('refused'),
      failed: outcome('failed'),
    }
    this.#gauge(
      'roost_sends_waiting',
      'Sends that are being looked at, or wait for their commit.',
      () => this.#waiting,
    )
    this.#gauge('roost_bus_up', 'Whether the bus between the processes carries: 1 or 0.', () =>
      Number(this.#busIsUp),
    )
  }

  get busIsUp(): boolean {
    return this.#busIsUp
  }

  /** Told by whoever runs the bus, at every change. It is taken for up before that. */
  setBusUp(isUp: boolean): void {
    this.#busIsUp = isUp
  }

  /** That have been let in and are not durable yet. */
  get sendsWaiting(): number {
    return this.#waiting
  }

  /** A request was refused before it was looked at. It is not among those that were answered. */
  turnedAway(): void {
    this.#turnedAway.inc()
  }

  /** The sweep has found events that nobody had heard of. */
  sweepRepaired(conversations: number): void {
    this.#repairs.inc(conversations)
  }

  /** Runs a part of a send that may wait. */
  async whileSending<T>(part: () => Promise<T>): Promise<T> {
    this.#waiting++
    try {
      return await part()
    } finally {
      this.#waiting--
    }
  }

  async timeSend(send: () => Promise<SendOutcome>): Promise<SendOutcome> {
    const end = this.#sendSeconds.startTimer()
    try {
      const outcome = await send()
      const { status } = outcome
      this.#outcomes[status === 'stored' || status === 'repeated' ? status : 'refused'].inc()
      return outcome
    } catch (error) {
      this.#outcomes.failed.inc()
      throw error
    } finally {
      end()
    }
  }

  /** One event went out to all who listen here. The clocks of two machines may differ. */
  delivered(frames: number, milliseconds: number): void {
    if (frames === 0) return
    this.#frames.inc(frames)
    this.#deliverySeconds.observe(Math.max(0, milliseconds) / 1_000)
  }

  answered({ method, route, status, milliseconds }: Answered): void {
    this.#httpSeconds.observe({ method, route, status }, milliseconds / 1_000)
  }

  /** Gauges of what the app has built: looked at when somebody asks. */
  watch({ sockets, pools }: { sockets: Look<{ backlog: number }>; pools: Look<PoolState> }): void {
    this.#gauge('roost_sockets', 'Open sockets.', () => sockets().length)
    this.#gauge('roost_socket_backlog_bytes', 'What waits to be sent, over all sockets.', () =>
      sockets().reduce((sum, { backlog }) => sum + backlog, 0),
    )
    const connections: Gauge = new Gauge({
      name: 'roost_database_connections',
      help: 'To PostgreSQL: those in use, those that are idle, and what waits for one.',
      labelNames: ['pool', 'state'],
      registers: [this.#registry],
      collect() {
        for (const { name: pool, inUse, idle, waiting } of pools()) {
          connections.set({ pool, state: 'in_use' }, inUse)
          connections.set({ pool, state: 'idle' }, idle)
          connections.set({ pool, state: 'waiting' }, waiting)
        }
      },
    })
  }

  readonly contentType = this.#registry.contentType

  /** Of all workers, where this is one of several. */
  async text(): Promise<string> {
    const all = await this.#cluster?.readAll()
    return all ?? Registry.merge([this.#registry, registryOfProcess()]).metrics()
  }

  #joinCluster(report: (error: unknown) => void): ClusterMetrics | undefined {
    const { worker } = cluster
    if (!worker) return undefined
    const registries = [this.#registry, registryOfProcess()]
    for (const each of registries) each.setDefaultLabels({ worker: worker.id })
    const readOwn = () => Promise.all(registries.map((each) => each.getMetricsAsJSON()))
    return new ClusterMetrics(readOwn, report)
  }

  #counter(name: string, help: string): Counter {
    return new Counter({ name, help, registers: [this.#registry] })
  }

  #histogram(name: string, help: string): Histogram {
    return new Histogram({ name, help, buckets: BUCKETS, registers: [this.#registry] })
  }

  #gauge(name: string, help: string, look: () => number): void {
    const gauge: Gauge = new Gauge({
      name,
      help,
      registers: [this.#registry],
      collect: () => gauge.set(look()),
    })
  }
}

let ofProcess: Registry | undefined

/** Memory, processor, event loop: the same for every server in this process, so measured once. */
function registryOfProcess(): Registry {
  if (ofProcess) return ofProcess
  ofProcess = new Registry()
  collectDefaultMetrics({ register: ofProcess })
  return ofProcess
}
