import type { KeyObject } from 'node:crypto'
import { Piscina } from 'piscina'
import { type CurveAlgorithm, type SignInput, signByRsa } from '#lib/keys/sign-input.ts'
import type { ToSign } from '#server/adapters/signing-program.ts'

const PROGRAM = new URL('./signing-program.ts', import.meta.url)

const IDLE_MS = 600_000

type Waiting = {
  readonly input: string
  readonly resolve: (signature: string) => void
  readonly reject: (thrown: unknown) => void
}

type Gathered = { readonly algorithm: CurveAlgorithm; readonly key: KeyObject; readonly waiting: Waiting[] }

/**
 * Signs on curves in a thread of its own, begun with the first signature. What is asked for in one turn of the event loop
 * goes over together: waking a thread takes as long as a signature. RSA takes so long that libuv's threads share it.
 */
export const createSigningThread = (): SignInput => {
  const thread = new Piscina<ToSign, readonly string[]>({
    filename: PROGRAM.href,
    minThreads: 0,
    maxThreads: 1,
    idleTimeout: IDLE_MS,
  })
  const gathered = new Map<KeyObject, Gathered>()
  const hand = async ({ algorithm, key, waiting }: Gathered): Promise<void> => {
    try {
      const inputs = waiting.map(({ input }) => input)
      const signatures = await thread.run({ algorithm, key, inputs }, { name: 'signAll' })
      for (const [at, { resolve, reject }] of waiting.entries()) {
        const signature = signatures[at]
        if (signature === undefined) reject(new Error('the signing thread left one out'))
        else resolve(signature)
      }
    } catch (thrown) {
      for (const { reject } of waiting) reject(thrown)
    }
  }
  const handOver = (): void => {
    const all = [...gathered.values()]
    gathered.clear()
    for (const ofKey of all) void hand(ofKey)
  }
  return (algorithm, key, input) =>
    algorithm === 'RS256'
      ? signByRsa(key, input)
      : new Promise((resolve, reject) => {
          if (gathered.size === 0) setImmediate(handOver)
          const ofKey = gathered.get(key) ?? { algorithm, key, waiting: [] }
          gathered.set(key, ofKey)
          ofKey.waiting.push({ input, resolve, reject })
        })
}
