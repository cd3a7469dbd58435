import { createAccessStore } from '#db/access-store.ts'
import { createCatalogStore } from '#db/catalog-store.ts'
import { createChallengeStore } from '#db/challenge-store.ts'
import { createChoreStore } from '#db/chore-store.ts'
import type { Connection } from '#db/connection.ts'
import { createEnvironmentStore } from '#db/environment-store.ts'
import { createGuessStore } from '#db/guess-store.ts'
import { createKeyStore } from '#db/key-store.ts'
import { createLeakStore } from '#db/leak-store.ts'
import { createMemberStore } from '#db/member-store.ts'
import { createCalendarStore } from '#db/notices/calendar-store.ts'
import { createExpiryStore } from '#db/notices/expiry-store.ts'
import { createNoticeStore } from '#db/notices/notice-store.ts'
import { createOutgoingMailStore } from '#db/notices/outgoing-mail-store.ts'
import { createPreferenceStore } from '#db/notices/preference-store.ts'
import { createTeamEmailStore } from '#db/notices/team-email-store.ts'
import { createToldStore } from '#db/notices/told-store.ts'
import { createOAuthStore } from '#db/oauth-store.ts'
import { foundDatabaseWitness, migrateDatabase, openDatabase } from '#db/open-database.ts'
import { createOperatorStore } from '#db/operator-store.ts'
import { createPlaceStore } from '#db/place-store.ts'
import { createRecordStore } from '#db/record-store.ts'
import { createReplayStore } from '#db/replay-store.ts'
import { createRoleStore } from '#db/role-store.ts'
import { createSessionStore } from '#db/session-store.ts'
import { createSettingsStore } from '#db/settings-store.ts'
import { createSetupStore } from '#db/setup-store.ts'
import { createStandingStore } from '#db/standing-store.ts'
import { createTenantStore } from '#db/tenant-store.ts'
import { createRotationStore } from '#db/tokens/rotation-store.ts'
import { createTokenStore } from '#db/tokens/token-store.ts'
import { createUsageStore } from '#db/usage-store.ts'
import { createUserStore } from '#db/user-store.ts'
import { openWriterThread } from '#db/writer/writer-thread.ts'
import type { Config } from '#lib/config/config.ts'
import type { Log } from '#lib/errors/log.ts'
import { ensureKeys, loadKeyRing } from '#lib/keys/key-ring.ts'
import { systemRandomness } from '#lib/keys/randomness.ts'
import { createSecretRing } from '#lib/keys/secret-ring.ts'
import { createGithubKeyRing } from '#lib/leaks/github-key-ring.ts'
import { createPortal, type Portal, type Ports } from '#lib/portal.ts'
import type { Clock } from '#lib/time/clock.ts'
import type { Stopwatch } from '#lib/time/stopwatch.ts'
import { createPasswordHasher } from '#server/adapters/argon2.ts'
import { createBackground } from '#server/adapters/background.ts'
import { createGithubKeySource } from '#server/adapters/github-key-source.ts'
import { createMailer } from '#server/adapters/mailer.ts'
import { readOrMakeSecret } from '#server/adapters/secret-file.ts'
import { createSessionCookieCodec } from '#server/adapters/session-cookie.ts'
import { createSignatures } from '#server/adapters/signatures.ts'
import { systemClock, systemStopwatch } from '#server/adapters/system-clock.ts'
import { bootstrap } from '#server/bootstrap.ts'
import { createLog } from '#server/logging/log.ts'
import type { Around } from '#server/metrics/around.ts'
import { watchConnection, watchMailer } from '#server/metrics/watch-ports.ts'

/** What the real ports stand on. */
export type Surroundings = {
  readonly config: Config
  readonly connection: Connection
  readonly secrets: readonly [string, ...string[]]
  readonly clock: Clock
  readonly stopwatch?: Stopwatch
  readonly log: Log
  readonly around?: Around | undefined
}

// Not the whole configuration: it holds secrets, and pages can read what the portal was given.
const settingsOf = ({ url, apiUrl, productName, oidc, requestLimits, retention }: Config): Ports['settings'] => ({
  url,
  apiUrl,
  productName,
  oidc,
  requestLimits,
  retention,
})

// But for those that the keys are read with first.
const storesOver = (connection: Connection) => ({
  accessStore: createAccessStore(connection),
  tokenStore: createTokenStore(connection),
  rotationStore: createRotationStore(connection),
  memberStore: createMemberStore(connection),
  roleStore: createRoleStore(connection),
  catalogStore: createCatalogStore(connection),
  operatorStore: createOperatorStore(connection),
  settingsStore: createSettingsStore(connection),
  tenantStore: createTenantStore(connection),
  userStore: createUserStore(connection),
  setupStore: createSetupStore(connection),
  guessStore: createGuessStore(connection),
  challengeStore: createChallengeStore(connection),
  sessionStore: createSessionStore(connection),
  standingStore: createStandingStore(connection),
  usageStore: createUsageStore(connection),
  recordStore: createRecordStore(connection),
  placeStore: createPlaceStore(connection),
  oauthStore: createOAuthStore(connection),
  replayStore: createReplayStore(connection),
  choreStore: createChoreStore(connection),
  leakStore: createLeakStore(connection),
  noticeStore: createNoticeStore(connection),
  toldStore: createToldStore(connection),
  expiryStore: createExpiryStore(connection),
  outgoingMailStore: createOutgoingMailStore(connection),
  preferenceStore: createPreferenceStore(connection),
  teamEmailStore: createTeamEmailStore(connection),
  calendarStore: createCalendarStore(connection),
})

/** The real ports of one process over an open, migrated database; makes the environment and its first keys. */
export const composePorts = async ({
  config,
  connection,
  secrets,
  clock,
  stopwatch = systemStopwatch,
  log,
  around,
}: Surroundings): Promise<Ports> => {
  const secretRing = createSecretRing(secrets)
  const [environmentStore, keyStore] = [createEnvironmentStore(connection), createKeyStore(connection)]
  const changeFeed = connection.feed
  await environmentStore.ensure({ issuer: config.url, now: clock.now() })
  await ensureKeys({ clock, randomness: systemRandomness, secretRing, keyStore })
  return {
    ...storesOver(connection),
    settings: settingsOf(config),
    log,
    clock,
    stopwatch,
    randomness: systemRandomness,
    secretRing,
    environmentStore,
    keyStore,
    keyRing: await loadKeyRing({ signatures: createSignatures(), secretRing, keyStore, changeFeed }),
    mailer: watchMailer(createMailer(config.mail, clock), around),
    passwordHasher: createPasswordHasher(),
    background: createBackground(log),
    sessionCookieCodec: createSessionCookieCodec(secretRing),
    changeFeed,
    githubKeyRing: config.githubKeys && createGithubKeyRing(createGithubKeySource(config.githubKeys), clock),
  }
}

// A restored database does not stop the start: whoever asks hears why, and an operator finds it in the log.
const tellIfRestored = ({ commitMark }: Connection, log: Log): void => {
  try {
    commitMark()
  } catch (thrown) {
    log.error(
      'nothing is answered for until an operator accepts the database (npm run latchkey -- restore show):',
      thrown,
    )
  }
}

/** What a portal may be given instead of its own. */
export type PortalOptions = {
  readonly clock?: Clock
  readonly log?: Log
  readonly around?: Around | undefined
  readonly choring?: boolean
}

/**
 * The portal as the server and the tests run it: migrates the database, makes the secret and the first keys where there
 * are none. With `choring: false` chores run only when asked to. Throws ConfigError or UnusableDatabase with one line
 * for the terminal.
 */
export const composePortal = async (
  config: Config,
  { clock = systemClock, log = createLog(config.log), around, choring = true }: PortalOptions = {},
): Promise<Portal> => {
  await migrateDatabase(config.database)
  const secrets = config.secrets ?? ([await readOrMakeSecret(config.secretFile)] as const)
  const connection = watchConnection(await openDatabase(config.database, openWriterThread), around)
  const ports = await composePorts({ config, connection, secrets, clock, log, around })
  foundDatabaseWitness(config.database)
  tellIfRestored(connection, log)
  const portal = createPortal(ports, connection, { choring })
  if (config.bootstrap) await bootstrap(portal, config.bootstrap)
  return portal
}
