import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import { BOUNDS, type Durations } from '#server/metrics/durations.ts'

type Labels = Readonly<Record<string, string>>

/** One value of a metric, and the labels it stands under. */
export type Sample = readonly [labels: Labels, value: number]

/** How the figures of several processes become one: added up, the greatest, or that of any. */
export type Aggregator = 'sum' | 'max' | 'first'

/** A metric whose values are read when somebody asks. */
export type Figure<Read> = {
  readonly name: string
  readonly help: string
  readonly labels?: readonly string[]
  readonly read: () => Read
}

/** A registry of such metrics. */
export type FigureRegistry = {
  readonly registry: Registry
  counter(figure: Figure<readonly Sample[]>): void
  /** What cannot be read is left out: monitoring must work while the store does not. */
  gauge(figure: Figure<readonly Sample[] | Promise<readonly Sample[]>> & { readonly by?: Aggregator }): void
  histogram(name: string, help: string, label: string, durations: ReadonlyMap<string, Durations>): void
}

const samplesOf = async (read: () => readonly Sample[] | Promise<readonly Sample[]>): Promise<readonly Sample[]> => {
  try {
    return await read()
  } catch {
    return []
  }
}

const histogramValues = (name: string, label: string, durations: ReadonlyMap<string, Durations>) =>
  [...durations].flatMap(([word, kept]) => {
    const { upTo, count, sum } = kept.read()
    if (count === 0) return []
    const labels = { [label]: word }
    return [
      ...upTo.map((value, at) => ({
        metricName: `${name}_bucket`,
        labels: { ...labels, le: String(BOUNDS[at]) },
        value,
      })),
      { metricName: `${name}_bucket`, labels: { ...labels, le: '+Inf' }, value: count },
      { metricName: `${name}_sum`, labels, value: sum },
      { metricName: `${name}_count`, labels, value: count },
    ]
  })

const addHistogram = (
  registry: Registry,
  name: string,
  help: string,
  label: string,
  durations: ReadonlyMap<string, Durations>,
): void => {
  const histogram = new Histogram({ name, help, labelNames: [label], registers: [] })
  // Observing through prom-client costs more than the counting does; its class is kept for its form alone.
  const get = async () => ({
    name,
    help,
    type: 'histogram',
    aggregator: 'sum',
    values: histogramValues(name, label, durations),
  })
  registry.registerMetric(Object.assign(histogram, { get, getForPromString: get }))
}

/**
 * An empty registry but for what prom-client tells of any process of Node: memory, CPU, descriptors, event loop, collector.
 * The labels tell a process apart whose event loop is not to be added to the others'.
 */
export const createFigureRegistry = (labels: Labels = {}): FigureRegistry => {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry, labels })
  const registers = [registry]
  return {
    registry,
    counter: ({ name, help, labels: labelNames = [], read }) => {
      const counter: Counter = new Counter({
        name,
        help,
        labelNames,
        registers,
        collect: () => {
          counter.reset()
          for (const [labels, value] of read()) counter.inc(labels, value)
        },
      })
    },
    gauge: ({ name, help, labels: labelNames = [], read, by: aggregator = 'sum' }) => {
      const gauge: Gauge = new Gauge({
        name,
        help,
        labelNames,
        registers,
        aggregator,
        collect: async () => {
          const samples = await samplesOf(read)
          gauge.reset()
          gauge.remove({})
          for (const [labels, value] of samples) gauge.set(labels, value)
        },
      })
    },
    histogram: (name, help, label, durations) => addHistogram(registry, name, help, label, durations),
  }
}
