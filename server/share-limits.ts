import type { Worker } from 'node:cluster'
import type { RequestLimits } from '#lib/policy/limit-requests.ts'
import type { SpentCount } from '#lib/policy/request-limiter.ts'

/** What processes tell each other of the limits of requests. */
export type SharedLimits = Pick<RequestLimits, 'add' | 'take'>

/** Of a worker: what it let through. Of the primary: what the others did. */
type Message = { readonly kind: 'limits.spent'; readonly counts: readonly SpentCount[] }

// Together 200 ms: what was let through is known to every process by then.
const TELL_EVERY_MS = 150
const GATHER_MS = 50

const isMessage = (message: unknown): message is Message =>
  typeof message === 'object' && message !== null && 'kind' in message && message.kind === 'limits.spent'

/** In a worker: tells the primary what was let through here, and counts what it says of the others. */
export const shareLimits = (limits: SharedLimits): void => {
  const tell = (): void => {
    const counts = limits.take()
    if (counts.length > 0 && process.connected) process.send?.({ kind: 'limits.spent', counts } satisfies Message)
  }
  process.on('message', (message) => {
    if (isMessage(message)) limits.add(message.counts)
  })
  tell()
  setInterval(tell, TELL_EVERY_MS).unref()
}

/** In the primary: hands on to each worker what the others let through. Counts nothing itself. */
export const relayLimits = (living: () => readonly Worker[]) => {
  const gathered: { readonly from: Worker; readonly counts: readonly SpentCount[] }[] = []
  const handOut = (): void => {
    const told = gathered.splice(0)
    for (const worker of living()) {
      const counts = told.filter(({ from }) => from !== worker).flatMap((one) => one.counts)
      if (counts.length > 0 && worker.isConnected()) worker.send({ kind: 'limits.spent', counts } satisfies Message)
    }
  }
  return {
    /** Hears what a worker says. */
    hear: (from: Worker, message: unknown): void => {
      if (!isMessage(message)) return
      if (gathered.length === 0) setTimeout(handOut, GATHER_MS)
      gathered.push({ from, counts: message.counts })
    },
  }
}
