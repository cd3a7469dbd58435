import type { KeyObject } from 'node:crypto'
import { setImmediate as endOfTurn } from 'node:timers/promises'
import { Piscina } from 'piscina'
import { byRsa, type CurveAlgorithm, type Signatures, signOnCurve, verifyOnCurve } from '#lib/keys/signatures.ts'
import type { ToVerify, verifyAll } from '#server/adapters/verify-program.ts'

const PROGRAM = new URL('./verify-program.ts', import.meta.url)

const IDLE_MS = 600_000

// The loop would stand still while the thread verifies what all of its requests wait for. It has more to do afterwards, so
// less than half; and no more than would be signed in one turn.
const HERE_SHARE = 0.4
const HERE_MAX = 12
// To wake the thread for one or two costs the loop what their signatures do.
const ALONE_MAX = 2

const countHere = (count: number): number => (count <= ALONE_MAX ? count : Math.floor(count * HERE_SHARE))

type Waiting = {
  readonly input: ToVerify['inputs'][number]
  readonly resolve: (isGood: boolean) => void
  readonly reject: (thrown: unknown) => void
}

type OfKey = Pick<ToVerify, 'algorithm' | 'key'> & { readonly waiting: Waiting[] }

// What is asked of a key in one turn of the event loop goes over together: waking a thread takes as long as a signature.
const gathering = (runAll: (ofKey: ToVerify) => Promise<ReturnType<typeof verifyAll>>) => {
  const gathered = new Map<KeyObject, OfKey>()
  const hand = async ({ algorithm, key, waiting }: OfKey): Promise<void> => {
    try {
      const answers = await runAll({ algorithm, key, inputs: waiting.map(({ input }) => input) })
      for (const [at, { resolve, reject }] of waiting.entries()) {
        const isGood = answers[at]
        if (isGood === undefined) reject(new Error('the verifying thread left one out'))
        else resolve(isGood)
      }
    } catch (thrown) {
      for (const { reject } of waiting) reject(thrown)
    }
  }
  const handOver = (): void => {
    const all = [...gathered.values()]
    gathered.clear()
    let left = HERE_MAX
    for (const ofKey of all) {
      const here = ofKey.waiting.splice(0, Math.min(left, countHere(ofKey.waiting.length)))
      left -= here.length
      if (ofKey.waiting.length > 0) void hand(ofKey)
      for (const { input, resolve } of here) resolve(verifyOnCurve(ofKey.algorithm, ofKey.key, ...input))
    }
  }
  return (algorithm: CurveAlgorithm, key: KeyObject, input: Waiting['input']): Promise<boolean> =>
    new Promise((resolve, reject) => {
      if (gathered.size === 0) setImmediate(handOver)
      const ofKey = gathered.get(key) ?? { algorithm, key, waiting: [] }
      gathered.set(key, ofKey)
      ofKey.waiting.push({ input, resolve, reject })
    })
}

// One for a process, however many portals it composes: keys go over with what they should verify.
let shared: Piscina | undefined

const sharedThread = (): Piscina => {
  shared ??= new Piscina({ filename: PROGRAM.href, minThreads: 0, maxThreads: 1, idleTimeout: IDLE_MS })
  return shared
}

/**
 * Signatures of a server. On curves it signs on the event loop, at the end of a turn, and verifies in a thread of the process,
 * begun when it is needed; one or two of a turn, and of many some, on the event loop. It rejects when the thread fails. RSA takes so
 * long that libuv's threads share it.
 */
export const createSignatures = (): Signatures => {
  const thread = sharedThread()
  const verifying = gathering((all) => thread.run(all, { name: 'verifyAll' }))
  return {
    sign: async (algorithm, key, input) => {
      if (algorithm === 'RS256') return byRsa.sign(key, input)
      // Behind the lists of this turn, which are on their way to the disk then.
      await endOfTurn()
      return signOnCurve(algorithm, key, input)
    },
    verify: (algorithm, key, input, signature) =>
      algorithm === 'RS256' ? byRsa.verify(key, input, signature) : verifying(algorithm, key, [input, signature]),
  }
}
