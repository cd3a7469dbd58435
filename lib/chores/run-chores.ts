import type { ChoreStore } from '#lib/chores/chore-store.ts'
import type { Log } from '#lib/errors/log.ts'
import type { Clock } from '#lib/time/clock.ts'
import { MINUTE_SECONDS } from '#lib/time/duration.ts'

/** The time a chore has to look at: from where it was last done, up to now; NumericDates. */
export type ChoreSpan = { readonly since: number; readonly now: number }

/** Work that comes again and that one process does for all. */
export type Chore = {
  readonly name: string
  readonly everySeconds: number
  /** May meet the same span again after a crash: what it did then, it must not do twice. */
  readonly work: (span: ChoreSpan) => Promise<void>
}

/** What running chores needs of the world. */
export type ChorePorts = { readonly clock: Clock; readonly choreStore: ChoreStore; readonly log: Log }

const LEASE_SECONDS = 10 * MINUTE_SECONDS
const RETRY_SECONDS = MINUTE_SECONDS
// A lease that another process has just taken, by a clock that is ahead of this one by as much again.
const AHEAD_SECONDS_MAX = 2 * LEASE_SECONDS

type Ended = Parameters<ChoreStore['finish']>[1]

const workOff = async ({ log }: ChorePorts, { name, work }: Chore, span: ChoreSpan): Promise<Ended> => {
  try {
    await work(span)
    return { doneUntil: span.now, freeFrom: span.now }
  } catch (thrown) {
    log.error(`the chore ${name} failed and is tried again:`, thrown)
    return { doneUntil: undefined, freeFrom: span.now + RETRY_SECONDS }
  }
}

const letGo = async (
  { choreStore, log }: ChorePorts,
  turn: { readonly name: string; readonly holder: string },
  ended: Ended,
): Promise<void> => {
  try {
    if (await choreStore.finish(turn, ended)) return
    log.error(`the chore ${turn.name} took longer than its lease, and another process has taken it over`)
  } catch (thrown) {
    log.error(`how the chore ${turn.name} ended could not be stored, and its span comes again:`, thrown)
  }
}

const runOne = async (ports: ChorePorts, holder: string, chore: Chore): Promise<void> => {
  const { clock, choreStore } = ports
  const { name } = chore
  const now = clock.now()
  const turn = {
    name,
    holder,
    now,
    dueBefore: now - chore.everySeconds,
    leaseEndsAt: now + LEASE_SECONDS,
    latest: now + AHEAD_SECONDS_MAX,
  }
  const done = await choreStore.take(turn)
  if (done === undefined) return
  await letGo(ports, turn, await workOff(ports, chore, { since: Math.min(done, now), now }))
}

/**
 * Runs whatever is due, one after another, unless another process has it; never rejects. A chore that fails is logged
 * and tried again after a minute; one whose process dies, or whose end cannot be stored, is taken over after ten, and who
 * lost it so while it worked says that. A clock that once ran ahead keeps none
 * from being done when it is right again.
 */
export const runDueChores =
  (ports: ChorePorts, holder: string, chores: readonly Chore[]) => async (): Promise<void> => {
    for (const chore of chores) {
      try {
        await runOne(ports, holder, chore)
      } catch (thrown) {
        ports.log.error(`the chore ${chore.name} could not be taken:`, thrown)
      }
    }
  }
