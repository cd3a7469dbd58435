import type { SqliteFailure } from '#db/sqlite-errors.ts'

/** One statement of a list: plain data, so that it may cross to another thread. */
export type Statement = {
  readonly sql: string
  readonly params: readonly unknown[]
  /** How many rows it must answer with, or write where it answers none; with another number its list is undone. */
  readonly expect: number | 'any'
  /** It appends to the change feed, and answers the numbers of its rows. */
  readonly toFeed?: true
}

/** The rows of one statement, each an array in the order of its columns. */
export type RawRows = readonly (readonly unknown[])[]

/** What became of a list: all of it is on the disk, or none of it happened. */
export type Outcome =
  | { readonly kind: 'done'; readonly rows: readonly RawRows[] }
  /** The statement at this place met other rows than expected. */
  | { readonly kind: 'conflict'; readonly at: number }
  | { readonly kind: 'failed'; readonly failure: SqliteFailure }

/** Carries out lists of statements, each whole or not at all. */
export type Writer = {
  /** Answers when the list is durable, or was undone; never rejects. */
  write(list: readonly Statement[]): Promise<Outcome>
  /** Waits for what is under way, then closes; lists that come later fail. */
  close(): Promise<void>
}

/** Opens the writer of a file; `witness` is the folder of its witness, beside the file unless said. */
export type OpenWriter = (file: string, options?: { readonly witness?: string }) => Writer

/** The outcome of a list whose writer could not be reached, or whose database cannot be written now. */
export const unavailable = (internal: string): Outcome => ({
  kind: 'failed',
  failure: { kind: 'unavailable', internal },
})
