/** How long things took: an HDR histogram, so that the worst is not lost in the many. */
import { createHistogram, type RecordableHistogram } from 'node:perf_hooks'

/** Milliseconds. */
export interface Spread {
  readonly p50: number
  readonly p99: number
  readonly max: number
  readonly count: number
}

export class Latencies {
  readonly #histogram: RecordableHistogram = createHistogram({ figures: 3 })

  /** @param milliseconds as the difference of two times of `performance.now()` */
  record(milliseconds: number): void {
    this.#histogram.record(Math.max(1, Math.round(milliseconds * 1_000)))
  }

  read(): Spread {
    const at = (percentile: number) => this.#histogram.percentile(percentile) / 1_000
    return {
      p50: at(50),
      p99: at(99),
      max: this.#histogram.max / 1_000,
      count: this.#histogram.count,
    }
  }
}
