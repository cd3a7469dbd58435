const WINDOW_MS = 10_000
// Of one text, within that time.
const LINES_MAX = 20
// There are some dozens; whoever is told another each time finds no repetition.
const TEXTS_MAX = 1000

/**
 * Says of a line whether it is to be written: of one text no more than so many within ten seconds, after which `tell` hears
 * how many were not. An outage fails thousands of requests a second, each in the same words, and a line is written while
 * everybody waits. Keeps no process alive.
 */
export const createRepeatedLines = (tell: (text: string, more: number) => void): ((text: string) => boolean) => {
  const counts = new Map<string, number>()
  const close = (): void => {
    for (const [text, count] of counts) if (count > LINES_MAX) tell(text, count - LINES_MAX)
    counts.clear()
  }
  return (text) => {
    if (counts.size === 0) setTimeout(close, WINDOW_MS).unref()
    if (counts.size >= TEXTS_MAX && !counts.has(text)) return true
    const count = (counts.get(text) ?? 0) + 1
    counts.set(text, count)
    return count <= LINES_MAX
  }
}
