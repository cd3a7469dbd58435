import type { Peer } from '#server/metrics/processes.ts'

// The process of the pages has a clock of its own, which is turned with that of the one that tests ask.
type Turn = { readonly kind: 'clock.turn'; readonly ahead: number }
type Turned = { readonly kind: 'clock.turned' }

const isKind = <Message extends Turn | Turned>(message: unknown, kind: Message['kind']): message is Message =>
  typeof message === 'object' && message !== null && 'kind' in message && message.kind === kind

/** In the process of the pages: turns its clock when the other one says so. */
export const turnWhenTold = (setAhead: (seconds: number) => void): void => {
  process.on('message', (message) => {
    if (!isKind<Turn>(message, 'clock.turn')) return
    setAhead(message.ahead)
    process.send?.({ kind: 'clock.turned' } satisfies Turned)
  })
}

/** In the other one: turns the clock of the pages, and hears that it is. */
export const clockOfPages = (peers: () => readonly Peer[]) => {
  const waiting: (() => void)[] = []
  return {
    hear: (_from: Peer, message: unknown): void => {
      if (isKind<Turned>(message, 'clock.turned')) waiting.shift()?.()
    },
    /** Resolves when no page knows another time any more. */
    turn: async (ahead: number): Promise<void> => {
      const turned = peers().map((peer) => {
        const { promise, resolve } = Promise.withResolvers<void>()
        waiting.push(resolve)
        peer.send({ kind: 'clock.turn', ahead } satisfies Turn)
        return promise
      })
      await Promise.all(turned)
    },
  }
}
