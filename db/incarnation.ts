/** Names a life of a database that begins now (NumericDate): lives can be told apart, and the later of two be known. */
export const nameIncarnation = (now: number, uuid: string): string => `${now}-${uuid}`

// The first life has no name on PostgreSQL, and none with a time on SQLite.
const beganAt = (incarnation: string | null): number => Number(/^(\d+)-/.exec(incarnation ?? '')?.[1] ?? 0)

/** Whether a database that was of one life is now of one that began later: somebody accepted it since. Null: of the first. */
export const isLaterLife = (former: string | null, now: string | null): boolean =>
  now !== null && now !== former && beganAt(now) >= beganAt(former)
