/** Where a work is done over HTTP, and with what; the load generator is handed this as it is. */
export type Target = {
  readonly url: string
  readonly method?: 'GET' | 'POST'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** A JSON file with an array of headers: each request takes the next ones, and the file must not end. */
  readonly headersFile?: string
  /** Refresh tokens, one for each connection: each request takes the one that its connection was answered last. */
  readonly chain?: readonly string[]
  /** A page: loaded over one connection, and the time to its first byte is what counts. */
  readonly firstByte?: boolean
}

/** Work that is done without HTTP: how often within so many milliseconds. */
export type Inside = (milliseconds: number) => Promise<{ readonly answered: number; readonly seconds: number }>

/** What the parent may ask. */
export type Question =
  | { readonly ask: 'cpu' }
  | { readonly ask: 'memory' }
  | { readonly ask: 'inside'; readonly milliseconds: number }

/** Tells the parent that this process is ready and for what, and then whatever it asks: CPU seconds, bytes, work. */
export const answerParent = (targets: Readonly<Record<string, Target>>, inside?: Inside): void => {
  const answers = {
    cpu: () => {
      const { user, system } = process.cpuUsage()
      return (user + system) / 1_000_000
    },
    memory: () => process.memoryUsage.rss(),
  }
  process.on('message', (question: Question) => {
    if (question.ask === 'inside') void inside?.(question.milliseconds).then((done) => process.send?.(done))
    else process.send?.(answers[question.ask]())
  })
  // Whose parent is gone has nobody to answer.
  process.on('disconnect', () => process.exit(1))
  process.send?.(targets)
}
