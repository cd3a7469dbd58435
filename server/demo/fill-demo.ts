import { openSqlite } from '#db/open-sqlite.ts'
import { createUsageStore } from '#db/usage-store.ts'
import { isPortalPermission } from '#lib/access/permission.ts'
import type { Config } from '#lib/config/config.ts'
import type { TokenDescription } from '#lib/tokens/describe-token.ts'
import type { CredentialLastUse, UsageBatch } from '#lib/usage/usage-store.ts'
import { composePortal } from '#server/compose.ts'
import { pastUse } from '#server/demo/past-use.ts'
import { PEOPLE_SCENES, setUpAcme } from '#server/demo/play-people.ts'
import { type PlayedToken, tokenScenes } from '#server/demo/play-tokens.ts'
import { createStage, daysBefore, type Stage, type TurnedClock } from '#server/demo/stage.ts'

const FIRST_DAY = 45
const ROWS_AT_ONCE = 500

const turnedClock = (moment: number): TurnedClock => {
  let now = moment
  return {
    now: () => now,
    turn: (next) => {
      now = next
    },
  }
}

const play = async (stage: Stage): Promise<readonly PlayedToken[]> => {
  const played: PlayedToken[] = []
  const scenes = [...PEOPLE_SCENES, ...tokenScenes(played)].toSorted((one, other) => other.daysAgo - one.daysAgo)
  await setUpAcme(stage)
  for (const scene of scenes) {
    stage.clock.turn(daysBefore(stage, scene.daysAgo))
    await scene.play(stage)
  }
  stage.clock.turn(stage.present)
  return played
}

// Those who see every token of an account.
const WITNESSES = { acme: 'ada', 'birch-vale': 'hedy' } as const

const lastUses = (
  { present }: Stage,
  { story: { use }, tenantId, tokenId }: PlayedToken,
  credentials: TokenDescription['credentials'],
): readonly CredentialLastUse[] =>
  credentials.flatMap(({ id, createdAt, endsAt }) => {
    if (!use) return []
    const { address, agent, lastSecondsAgo } = endsAt === null ? use : (use.former ?? use)
    const lastUsedAt = present - lastSecondsAgo
    return createdAt <= lastUsedAt ? [{ tenantId, tokenId, credentialId: id, lastUsedAt, address, agent }] : []
  })

const usageOf = async (stage: Stage, played: PlayedToken): Promise<UsageBatch> => {
  const { story, tenantId, tokenId } = played
  if (!story.use) return { days: [], credentials: [] }
  const { portal, present } = stage
  const witness = await stage.as(WITNESSES[story.account], story.account)
  const { credentials, effective } = await portal.tokens.describe(witness, tokenId)
  const permissions = [...effective].filter((key) => !isPortalPermission(key))
  const span = { tenantId, tokenId, permissions, from: daysBefore(stage, story.daysAgo), present }
  return { days: pastUse(story.use, span), credentials: lastUses(stage, played, credentials) }
}

const inBatches = <Row>(rows: readonly Row[]): readonly (readonly Row[])[] =>
  Array.from({ length: Math.ceil(rows.length / ROWS_AT_ONCE) }, (_, index) =>
    rows.slice(index * ROWS_AT_ONCE, (index + 1) * ROWS_AT_ONCE),
  )

const storeUse = async (file: string, uses: readonly UsageBatch[]): Promise<void> => {
  const connection = openSqlite(file)
  try {
    const store = createUsageStore(connection)
    await store.add({ days: [], credentials: uses.flatMap(({ credentials }) => credentials) })
    for (const days of inBatches(uses.flatMap((use) => use.days))) await store.add({ days, credentials: [] })
  } finally {
    await connection.close()
  }
}

/**
 * Plays 45 days of two accounts into an empty SQLite database, through the use-cases and on a turned clock, so that
 * everything in it could have been made by people; only counted use is written to its store directly.
 * `present`: NumericDate at which the play ends.
 */
export const fillDemo = async (
  config: Config,
  file: string,
  { password, present }: { readonly password: string; readonly present: number },
): Promise<void> => {
  const clock = turnedClock(daysBefore({ present }, FIRST_DAY))
  const portal = await composePortal(config, { clock, choring: false })
  try {
    const stage = createStage({ portal, clock, present, password })
    const played = await play(stage)
    const uses = []
    for (const token of played) uses.push(await usageOf(stage, token))
    await storeUse(file, uses)
    await portal.runChores()
  } finally {
    await portal.close()
  }
}
