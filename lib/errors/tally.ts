/** Counts by a few known words. */
export type Tally = {
  add(word: string): void
  /** Every word that was counted, with how often, since the process began. */
  counts(): ReadonlyMap<string, number>
}

/** An empty tally. The words are ours (codes, kinds), never what a request says: nothing bounds their number. */
export const createTally = (): Tally => {
  const counts = new Map<string, number>()
  return {
    add: (word) => {
      counts.set(word, (counts.get(word) ?? 0) + 1)
    },
    counts: () => counts,
  }
}
