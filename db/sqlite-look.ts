let writes = 0

/** Says that a list was written by this process: what was looked at before says nothing any more. */
export const wroteHere = (): void => {
  writes += 1
}

/**
 * The same look for all that goes on in one task of the event loop, up to the last of its microtasks: whatever a task has
 * to answer came in before it began, so before the look. A list written by this process ends that.
 */
export const lookOncePerTask = (look: () => number): (() => number) => {
  let known: { readonly mark: number; readonly writes: number } | undefined
  const forget = (): void => {
    known = undefined
  }
  return () => {
    if (known?.writes === writes) return known.mark
    if (!known) process.nextTick(forget)
    known = { mark: look(), writes }
    return known.mark
  }
}
