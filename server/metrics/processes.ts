import type { ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { AggregatorRegistry, type Registry } from 'prom-client'
import type { MetricsText } from '#server/metrics/serve-metrics.ts'

/** A process that this one started, over the channel between them. */
export type Peer = Pick<ChildProcess, 'pid' | 'connected' | 'send'>

type Figures = Awaited<ReturnType<Registry['getMetricsAsJSON']>>
type Message =
  /** Of the primary: tell what you have counted. */
  | { readonly kind: 'metrics.collect'; readonly id: string }
  /** Of another: what it has counted. */
  | { readonly kind: 'metrics.counted'; readonly id: string; readonly figures: Figures }
  /** Of a worker that was asked over HTTP: what have all counted? */
  | { readonly kind: 'metrics.ask'; readonly id: string }
  | { readonly kind: 'metrics.all'; readonly id: string; readonly text: string }

// A process that hangs must not hang monitoring: what the others say shows that one is missing.
const WAIT_MS = 2000

const isMessage = (message: unknown): message is Message =>
  typeof message === 'object' && message !== null && 'kind' in message && String(message.kind).startsWith('metrics.')

const waitingRoom = <Answer>() => {
  const waiting = new Map<string, (answer: Answer | undefined) => void>()
  return {
    /** Undefined when nothing came in time. */
    wait: (id: string): Promise<Answer | undefined> =>
      new Promise((resolve) => {
        const timer = setTimeout(() => waiting.get(id)?.(undefined), WAIT_MS)
        waiting.set(id, (answer) => {
          waiting.delete(id)
          clearTimeout(timer)
          resolve(answer)
        })
      }),
    come: (id: string, answer: Answer): void => waiting.get(id)?.(answer),
  }
}

/** The figures of several processes as one text: added up, unless the metric says otherwise. */
const joinFigures = (all: readonly Figures[]): Promise<string> => AggregatorRegistry.aggregate([...all]).metrics()

/** In a process that another started: answers that one, and asks it for the figures of all. */
export const workerMetrics = (registry: Registry): MetricsText => {
  const room = waitingRoom<string>()
  const answer = async (id: string): Promise<void> => {
    const figures = await registry.getMetricsAsJSON()
    if (process.connected) process.send?.({ kind: 'metrics.counted', id, figures } satisfies Message)
  }
  process.on('message', (message) => {
    if (!isMessage(message)) return
    if (message.kind === 'metrics.collect') void answer(message.id)
    if (message.kind === 'metrics.all') room.come(message.id, message.text)
  })
  return async () => {
    const id = randomUUID()
    process.send?.({ kind: 'metrics.ask', id } satisfies Message)
    const text = await room.wait(id)
    if (text === undefined) throw new Error('the primary did not answer')
    return text
  }
}

/**
 * In a process that started others: the figures of all that answer within two seconds, and its own if it has any, for itself
 * and for whoever of them asks.
 */
export const primaryMetrics = (living: () => readonly Peer[], own?: Registry) => {
  const room = waitingRoom<Figures>()
  const text: MetricsText = async () => {
    const counted = living().map((peer) => {
      const id = `${peer.pid}:${randomUUID()}`
      const answered = room.wait(id)
      if (peer.connected) peer.send({ kind: 'metrics.collect', id } satisfies Message)
      return answered
    })
    const all = await Promise.all([own?.getMetricsAsJSON(), ...counted])
    return joinFigures(all.filter((figures) => figures !== undefined))
  }
  return {
    text,
    /** Hears what another says. */
    hear: async (peer: Peer, message: unknown): Promise<void> => {
      if (!isMessage(message)) return
      if (message.kind === 'metrics.counted') room.come(message.id, message.figures)
      if (message.kind !== 'metrics.ask') return
      const all = await text()
      if (peer.connected) peer.send({ kind: 'metrics.all', id: message.id, text: all } satisfies Message)
    },
  }
}
