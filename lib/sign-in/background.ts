/** Work that an answer must not wait for, as its length would tell something. */
export type Background = {
  /** Runs the task after the answer to a request; a failure is logged under the name. */
  run(name: string, requestId: string, task: () => Promise<void>): void
  /** Resolves once no task is left. */
  settled(): Promise<void>
}
