/** Work that is worth watching: what leaves this process, or may wait. */
export type Operation = 'store.read' | 'store.write' | 'mail.send'

/** Carries out such work, watching: the outcome is the work's own. */
export type Around = <Result>(operation: Operation, run: () => Promise<Result>) => Promise<Result>
