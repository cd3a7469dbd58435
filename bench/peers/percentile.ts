/** The value below which a part (0 to 1) of sorted numbers lies, to so many decimals; NaN of none. */
export const percentile = (sorted: readonly number[], part: number, decimals = 0): number =>
  Number((sorted[Math.floor((sorted.length - 1) * part)] ?? Number.NaN).toFixed(decimals))
