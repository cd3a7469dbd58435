/** Work that is worth watching: what leaves this process, or may wait. */
export type Operation = 'store.read' | 'store.write' | 'mail.send'

/** Carries out such work, watching: the outcome is the work's own. */
export type Around = <Result>(operation: Operation, run: () => Promise<Result>) => Promise<Result>

/** Several watchers as one, the first outermost; undefined when there are none, so that nothing stands around the work. */
export const allAround = (watchers: readonly Around[]): Around | undefined => {
  const [first, ...rest] = watchers
  const others = rest.length > 0 ? allAround(rest) : undefined
  return first && others ? (operation, run) => first(operation, () => others(operation, run)) : first
}
