import type { KeyObject } from 'node:crypto'
import { type CurveAlgorithm, signOnCurve } from '#lib/keys/sign-input.ts'

/** What was asked to be signed with one key in one turn of the event loop. */
export type ToSign = { readonly algorithm: CurveAlgorithm; readonly key: KeyObject; readonly inputs: readonly string[] }

/** Runs in a thread of its own: a signature for each input, in order. */
export const signAll = ({ algorithm, key, inputs }: ToSign): readonly string[] =>
  inputs.map((input) => signOnCurve(algorithm, key, input))
