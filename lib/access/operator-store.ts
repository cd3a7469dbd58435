/** Who runs the environment. */
export type OperatorStore = {
  /** Whether this user is an operator now and not disabled. */
  isOperator(userId: string): Promise<boolean>
}
