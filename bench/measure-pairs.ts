import type { Child } from '#bench/child.ts'
import { measure } from '#bench/measure.ts'
import type { Pair } from '#bench/report.ts'
import type { Side } from '#bench/works.ts'

/** How two sides are held against each other. */
export type Pace = {
  /** How often both take a turn. */
  readonly pairs: number
  /** Processes of each side, one after the other; each has its share of the pairs. */
  readonly processes: number
  /** Both are compiled while they run: so long they do before anything counts. */
  readonly warmUpMs: number
  readonly sliceMs: number
}

/** A process of a side, ready. */
export type StartSide = (side: Side) => Promise<Child>

type Held = { readonly load: Child; readonly ours: Side; readonly theirs: Side }

const measureProcesses = async (
  start: StartSide,
  { load, ours, theirs }: Held,
  { warmUpMs, sliceMs, pairs: count }: Omit<Pace, 'processes'>,
): Promise<readonly Pair[]> => {
  // A page held against another of the same server.
  const isOne = ours.server.join(' ') === theirs.server.join(' ')
  const us = await start(ours)
  try {
    const them = isOne ? us : await start(theirs)
    try {
      const measurePair = async (milliseconds: number): Promise<Pair> => ({
        theirs: await measure(load, them, theirs, milliseconds),
        ours: await measure(load, us, ours, milliseconds),
      })
      const pairs: Pair[] = []
      await measurePair(warmUpMs)
      while (pairs.length < count) pairs.push(await measurePair(sliceMs))
      return pairs
    } finally {
      if (!isOne) await them.stop()
    }
  } finally {
    await us.stop()
  }
}

/** Both sides in turn, slice by slice. Throws if anything was refused; no process is left in any case. */
export const measurePairs = async (start: StartSide, held: Held, pace: Pace): Promise<readonly Pair[]> => {
  const pairs: Pair[] = []
  for (let left = pace.processes; left > 0; left -= 1) {
    const share = Math.ceil((pace.pairs - pairs.length) / left)
    pairs.push(...(await measureProcesses(start, held, { ...pace, pairs: share })))
  }
  return pairs
}
