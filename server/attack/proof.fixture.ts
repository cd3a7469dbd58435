/** One line of a proof. */
export type Figure = {
  readonly id: string
  readonly metric: string
  readonly goal: string
  readonly passed: boolean
}

/** Something that must hold, tried for long: what was found, a line for each thing that was measured. */
export type Proof = { readonly id: string; prove(): Promise<readonly Figure[]> }

/** What several proofs stand on: made for the first that asks, removed in the end if it was made. */
export type Shared<World> = { get(): Promise<World>; remove(): Promise<void> }

/** Makes a world when it is first asked for. */
export const shared = <World extends { remove(): Promise<void> }>(make: () => Promise<World>): Shared<World> => {
  let world: Promise<World> | undefined
  return {
    get: () => {
      world ??= make()
      return world
    },
    remove: async () => (await world)?.remove(),
  }
}

/** The smallest value that a share of the values does not exceed. */
export const percentile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.ceil(values.length * share) - 1] ?? Number.NaN

const FAULTS_SHOWN = 5

/** Says on standard error what was found, the first few. */
export const tellFaults = (id: string, faults: readonly string[]): void => {
  for (const fault of faults.slice(0, FAULTS_SHOWN)) process.stderr.write(`${id}: ${fault}\n`)
}

/** An id that no proof has: one line that names those there are. */
export class UnknownProof extends Error {
  override readonly name = 'UnknownProof'
}

/** The proofs with these ids, in their own order; all, when none is named. Throws UnknownProof. */
export const choose = (proofs: readonly Proof[], wanted: readonly string[]): readonly Proof[] => {
  const ids = proofs.map(({ id }) => id)
  const unknown = wanted.filter((id) => !ids.includes(id))
  if (unknown.length > 0) throw new UnknownProof(`the proofs are ${ids.join(', ')}; not ${unknown.join(', ')}`)
  return wanted.length === 0 ? proofs : proofs.filter(({ id }) => wanted.includes(id))
}

const lineOf = ({ id, metric, goal, passed }: Figure): string =>
  `${id}\t${metric}\t${goal}\t${passed ? 'PASS' : 'FAIL'}\n`

const figuresOf = async ({ id, prove }: Proof): Promise<readonly Figure[]> => {
  try {
    return await prove()
  } catch (thrown) {
    // One that breaks has proven nothing, and must not keep the others from it.
    return [{ id, metric: `broke off: ${String(thrown)}`, goal: 'to be proven', passed: false }]
  }
}

/** Runs proofs one after the other and tells each line as it is known; whether every line passed, and there was one. */
export const runProofs = async (proofs: readonly Proof[], tell: (line: string) => void): Promise<boolean> => {
  let passed = proofs.length > 0
  for (const proof of proofs) {
    const figures = await figuresOf(proof)
    for (const figure of figures) tell(lineOf(figure))
    passed &&= figures.length > 0 && figures.every((figure) => figure.passed)
  }
  return passed
}
