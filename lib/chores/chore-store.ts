/** An attempt to take a chore; times are NumericDates. */
export type ChoreTurn = {
  readonly name: string
  /** Who takes it: one id for each process. */
  readonly holder: string
  readonly now: number
  /** The chore is due if it was last done up to this moment or an earlier one. */
  readonly dueBefore: number
  /** From then on others may take it: whoever has it must have died. */
  readonly leaseEndsAt: number
  /** Whatever claims to be later was said by a clock that ran ahead: neither lease nor what is done, it counts for nothing. */
  readonly latest: number
}

/** Chores that one process does for all that share a database. */
export type ChoreStore = {
  /** Takes a chore that is due and that nobody holds: up to which moment it is done (0: never). Undefined otherwise. */
  take(turn: ChoreTurn): Promise<number | undefined>
  /** Every chore that was ever taken, and up to which moment it is done (0: never). */
  done(): Promise<readonly { readonly name: string; readonly doneUntil: number }[]>
  /**
   * Lets go of a chore, from `freeFrom` on; `doneUntil` moves on what is done, undefined leaves it. False, and nothing
   * done, if the lease ran out meanwhile and another took it.
   */
  finish(
    turn: Pick<ChoreTurn, 'name' | 'holder'>,
    end: { readonly doneUntil: number | undefined; readonly freeFrom: number },
  ): Promise<boolean>
}
