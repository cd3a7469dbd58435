import type { KeyObject } from 'node:crypto'
import { type CurveAlgorithm, verifyOnCurve } from '#lib/keys/signatures.ts'

/** What was asked of one key in one turn of the event loop: texts, and what should be their signatures. */
export type ToVerify = {
  readonly algorithm: CurveAlgorithm
  readonly key: KeyObject
  readonly inputs: readonly (readonly [input: string, signature: string])[]
}

/** Runs in a thread of its own: for each, in order, whether it is a signature of the key. */
export const verifyAll = ({ algorithm, key, inputs }: ToVerify): readonly boolean[] =>
  inputs.map(([input, signature]) => verifyOnCurve(algorithm, key, input, signature))
