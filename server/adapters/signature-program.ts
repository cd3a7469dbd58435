import type { KeyObject } from 'node:crypto'
import { type CurveAlgorithm, signOnCurve, verifyOnCurve } from '#lib/keys/signatures.ts'

type OfKey = { readonly algorithm: CurveAlgorithm; readonly key: KeyObject }

/** What was asked of one key in one turn of the event loop: texts to sign, and texts with what should be their signatures. */
export type ToSign = OfKey & { readonly inputs: readonly string[] }
export type ToVerify = OfKey & { readonly inputs: readonly (readonly [input: string, signature: string])[] }

/** Runs in a thread of its own: a signature for each, in order. */
export const signAll = ({ algorithm, key, inputs }: ToSign): readonly string[] =>
  inputs.map((input) => signOnCurve(algorithm, key, input))

/** Runs in a thread of its own: for each, in order, whether it is a signature of the key. */
export const verifyAll = ({ algorithm, key, inputs }: ToVerify): readonly boolean[] =>
  inputs.map(([input, signature]) => verifyOnCurve(algorithm, key, input, signature))
