/** Work that an answer must not wait for, as its length would tell something. */
export type Background = {
  /** Runs the task after the answer; a failure is logged under the name. */
  run(name: string, task: () => Promise<void>): void
  /** Resolves once no task is left. */
  settled(): Promise<void>
}
