import type { KeyObject } from 'node:crypto'
import { Piscina } from 'piscina'
import { byRsa, type CurveAlgorithm, type Signatures } from '#lib/keys/signatures.ts'
import type { signAll, ToSign, ToVerify, verifyAll } from '#server/adapters/signature-program.ts'

const PROGRAM = new URL('./signature-program.ts', import.meta.url)

const IDLE_MS = 600_000

type Waiting<Input, Output> = {
  readonly input: Input
  readonly resolve: (output: Output) => void
  readonly reject: (thrown: unknown) => void
}

type OfKey<Input> = { readonly algorithm: CurveAlgorithm; readonly key: KeyObject; readonly inputs: readonly Input[] }

type Gathered<Input, Output> = Omit<OfKey<Input>, 'inputs'> & { readonly waiting: Waiting<Input, Output>[] }

// What is asked of a key in one turn of the event loop goes over together: waking a thread takes as long as a signature.
const gathering = <Input, Output>(runAll: (ofKey: OfKey<Input>) => Promise<readonly Output[]>) => {
  const gathered = new Map<KeyObject, Gathered<Input, Output>>()
  const hand = async ({ algorithm, key, waiting }: Gathered<Input, Output>): Promise<void> => {
    try {
      const outputs = await runAll({ algorithm, key, inputs: waiting.map(({ input }) => input) })
      for (const [at, { resolve, reject }] of waiting.entries()) {
        const output = outputs[at]
        if (output === undefined) reject(new Error('the signature thread left one out'))
        else resolve(output)
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
  return (algorithm: CurveAlgorithm, key: KeyObject, input: Input): Promise<Output> =>
    new Promise((resolve, reject) => {
      if (gathered.size === 0) setImmediate(handOver)
      const ofKey = gathered.get(key) ?? { algorithm, key, waiting: [] }
      gathered.set(key, ofKey)
      ofKey.waiting.push({ input, resolve, reject })
    })
}

// One for a process, however many portals it composes: keys go over with what they should sign.
let shared: Piscina | undefined

const sharedThread = (): Piscina => {
  shared ??= new Piscina({ filename: PROGRAM.href, minThreads: 0, maxThreads: 1, idleTimeout: IDLE_MS })
  return shared
}

/**
 * Signs and verifies on curves in a thread of the process, begun with the first signature; rejects when the thread fails. RSA
 * takes so long that libuv's threads share it.
 */
export const createSignatureThread = (): Signatures => {
  const thread = sharedThread()
  const signing = gathering<string, string>(
    (all: ToSign): Promise<ReturnType<typeof signAll>> => thread.run(all, { name: 'signAll' }),
  )
  const verifying = gathering<readonly [string, string], boolean>(
    (all: ToVerify): Promise<ReturnType<typeof verifyAll>> => thread.run(all, { name: 'verifyAll' }),
  )
  return {
    sign: (algorithm, key, input) => (algorithm === 'RS256' ? byRsa.sign(key, input) : signing(algorithm, key, input)),
    verify: (algorithm, key, input, signature) =>
      algorithm === 'RS256' ? byRsa.verify(key, input, signature) : verifying(algorithm, key, [input, signature]),
  }
}
