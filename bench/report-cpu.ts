/** Tells the parent where this server is, and then its CPU seconds (user and system) whenever it asks. */
export const reportCpu = (ready: {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
}): void => {
  process.on('message', () => {
    const { user, system } = process.cpuUsage()
    process.send?.((user + system) / 1_000_000)
  })
  process.send?.(ready)
}
