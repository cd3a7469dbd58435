import type { AccessStore } from '#lib/access/access-store.ts'
import { accessUseCases } from '#lib/access/access-use-cases.ts'
import type { EnvironmentStore } from '#lib/access/environment-store.ts'
import type { OperatorStore } from '#lib/access/operator-store.ts'
import { createApi } from '#lib/api/app.ts'
import type { ChangeFeed } from '#lib/changes/change.ts'
import { knownSettings } from '#lib/changes/known-settings.ts'
import type { ChoreStore } from '#lib/chores/chore-store.ts'
import { keepRunning } from '#lib/chores/keep-running.ts'
import { purgeRecord } from '#lib/chores/purge-record.ts'
import type { RecordStore } from '#lib/chores/record-store.ts'
import { type Chore, runDueChores } from '#lib/chores/run-chores.ts'
import type { Config } from '#lib/config/config.ts'
import type { Log } from '#lib/errors/log.ts'
import { createTally, type Tally } from '#lib/errors/tally.ts'
import type { KeyRing } from '#lib/keys/key-ring.ts'
import type { KeyStore } from '#lib/keys/key-store.ts'
import { KEY_CHORE_SECONDS } from '#lib/keys/key-times.ts'
import type { Randomness } from '#lib/keys/randomness.ts'
import { tendKeys } from '#lib/keys/rotate-keys.ts'
import type { SecretRing } from '#lib/keys/secret-ring.ts'
import type { GithubKeyRing } from '#lib/leaks/github-key-ring.ts'
import type { LeakStore } from '#lib/leaks/leak-store.ts'
import { leaksUseCases } from '#lib/leaks/leaks-use-cases.ts'
import type { CalendarStore } from '#lib/notices/calendar-store.ts'
import { decideMails } from '#lib/notices/decide-mails.ts'
import type { ExpiryStore } from '#lib/notices/expiry-store.ts'
import type { PreferenceStore } from '#lib/notices/mail-preferences.ts'
import type { NoticeStore } from '#lib/notices/notice-store.ts'
import { noticesUseCases } from '#lib/notices/notices-use-cases.ts'
import type { OutgoingMailStore } from '#lib/notices/outgoing-mail.ts'
import { sendMails } from '#lib/notices/send-mails.ts'
import type { TeamEmailStore } from '#lib/notices/team-email.ts'
import type { ToldStore } from '#lib/notices/told-store.ts'
import { warnExpiry } from '#lib/notices/warn-expiry.ts'
import type { OAuthStore } from '#lib/oauth/oauth-store.ts'
import { oauthUseCases } from '#lib/oauth/oauth-use-cases.ts'
import { purgeRefreshTokens } from '#lib/oauth/purge-refresh-tokens.ts'
import { purgeReplays } from '#lib/oauth/purge-replays.ts'
import type { ReplayStore } from '#lib/oauth/replay-store.ts'
import { createRequestLimits } from '#lib/policy/limit-requests.ts'
import type { Background } from '#lib/sign-in/background.ts'
import type { ChallengeStore } from '#lib/sign-in/challenge-store.ts'
import type { GuessStore } from '#lib/sign-in/guess-store.ts'
import { purgeSignIn } from '#lib/sign-in/purge-sign-in.ts'
import type { SessionCookieCodec } from '#lib/sign-in/session-cookie.ts'
import type { SessionStore } from '#lib/sign-in/session-store.ts'
import type { SetupStore } from '#lib/sign-in/setup-store.ts'
import { signInUseCases } from '#lib/sign-in/sign-in-use-cases.ts'
import { startupNotices } from '#lib/sign-in/startup-notices.ts'
import type { CatalogStore } from '#lib/tenants/catalog-store.ts'
import { environmentUseCases } from '#lib/tenants/environment-use-cases.ts'
import type { MemberStore } from '#lib/tenants/member-store.ts'
import { membersUseCases } from '#lib/tenants/members-use-cases.ts'
import type { RoleStore } from '#lib/tenants/role-store.ts'
import { rolesUseCases } from '#lib/tenants/roles-use-cases.ts'
import type { SettingsStore } from '#lib/tenants/settings-store.ts'
import type { TenantStore } from '#lib/tenants/tenant-store.ts'
import { tenantsUseCases } from '#lib/tenants/tenants-use-cases.ts'
import type { Clock } from '#lib/time/clock.ts'
import { DAY_SECONDS, HOUR_SECONDS } from '#lib/time/duration.ts'
import type { Stopwatch } from '#lib/time/stopwatch.ts'
import { finishSilentRotations } from '#lib/tokens/finish-silent-rotations.ts'
import type { RotationStore } from '#lib/tokens/rotation-store.ts'
import type { TokenStore } from '#lib/tokens/token-store.ts'
import { tokensUseCases } from '#lib/tokens/tokens-use-cases.ts'
import { flushUsage } from '#lib/usage/flush-usage.ts'
import { createPlaceRecorder } from '#lib/usage/place-recorder.ts'
import type { PlaceStore } from '#lib/usage/place-store.ts'
import { purgeUsage } from '#lib/usage/purge-usage.ts'
import { recordAll } from '#lib/usage/record-all.ts'
import { createUsageRecorder } from '#lib/usage/usage-recorder.ts'
import type { UsageStore } from '#lib/usage/usage-store.ts'
import type { Mailer } from '#lib/users/mailer.ts'
import type { PasswordHasher } from '#lib/users/password-hasher.ts'
import type { UserStore } from '#lib/users/user-store.ts'
import { usersUseCases } from '#lib/users/users-use-cases.ts'
import { checkReadiness } from '#lib/verdict/check-readiness.ts'
import type { StandingStore } from '#lib/verdict/standing.ts'
import { createValidation } from '#lib/verdict/validate.ts'

/** Everything the product asks of the world. */
export type Ports = {
  readonly settings: Pick<Config, 'url' | 'apiUrl' | 'productName' | 'oidc' | 'requestLimits' | 'retention'>
  readonly log: Log
  readonly clock: Clock
  readonly stopwatch: Stopwatch
  readonly randomness: Randomness
  readonly secretRing: SecretRing
  readonly accessStore: AccessStore
  readonly environmentStore: EnvironmentStore
  readonly userStore: UserStore
  readonly passwordHasher: PasswordHasher
  readonly setupStore: SetupStore
  readonly guessStore: GuessStore
  readonly challengeStore: ChallengeStore
  readonly background: Background
  readonly sessionStore: SessionStore
  readonly sessionCookieCodec: SessionCookieCodec
  readonly keyStore: KeyStore
  readonly keyRing: KeyRing
  readonly tokenStore: TokenStore
  readonly rotationStore: RotationStore
  readonly memberStore: MemberStore
  readonly roleStore: RoleStore
  readonly catalogStore: CatalogStore
  readonly operatorStore: OperatorStore
  readonly settingsStore: SettingsStore
  readonly tenantStore: TenantStore
  readonly mailer: Mailer
  readonly changeFeed: ChangeFeed
  readonly standingStore: StandingStore
  readonly usageStore: UsageStore
  readonly placeStore: PlaceStore
  readonly recordStore: RecordStore
  readonly oauthStore: OAuthStore
  readonly replayStore: ReplayStore
  readonly choreStore: ChoreStore
  readonly leakStore: LeakStore
  /** Undefined: no reports are taken from GitHub. */
  readonly githubKeyRing: GithubKeyRing | undefined
  readonly noticeStore: NoticeStore
  readonly toldStore: ToldStore
  readonly expiryStore: ExpiryStore
  readonly outgoingMailStore: OutgoingMailStore
  readonly preferenceStore: PreferenceStore
  readonly teamEmailStore: TeamEmailStore
  readonly calendarStore: CalendarStore
}

const MAILS_EVERY_SECONDS = 30

const choresOf = (ports: Ports): readonly Chore[] => [
  { name: 'sign_in.purge', everySeconds: HOUR_SECONDS, work: purgeSignIn(ports) },
  { name: 'replay_ids.purge', everySeconds: HOUR_SECONDS, work: purgeReplays(ports) },
  { name: 'refresh_tokens.purge', everySeconds: DAY_SECONDS, work: purgeRefreshTokens(ports) },
  { name: 'usage.purge', everySeconds: DAY_SECONDS, work: purgeUsage(ports) },
  { name: 'record.purge', everySeconds: DAY_SECONDS, work: purgeRecord(ports) },
  { name: 'notices.expiry', everySeconds: HOUR_SECONDS, work: warnExpiry(ports) },
  { name: 'notices.decide', everySeconds: MAILS_EVERY_SECONDS, work: decideMails(ports) },
  { name: 'notices.send', everySeconds: MAILS_EVERY_SECONDS, work: sendMails(ports) },
  { name: 'keys.tend', everySeconds: KEY_CHORE_SECONDS, work: tendKeys(ports) },
  { name: 'tokens.finish_rotations', everySeconds: HOUR_SECONDS, work: finishSilentRotations(ports) },
]

type Counted = {
  readonly refusals: Tally
  readonly grants: Tally
  readonly verdict: Pick<ReturnType<typeof createValidation>, 'cacheFigures'>
}

// What monitoring reads; the store is asked for keys, chores and the newest change alone.
const figuresOf = ({ changeFeed, keyStore, choreStore }: Ports, { refusals, grants, verdict }: Counted) => ({
  refusals: refusals.counts,
  grants: grants.counts,
  caches: verdict.cacheFigures,
  newestChange: () => changeFeed.newest(),
  keys: () => keyStore.list(),
  chores: () => choreStore.done(),
})

/**
 * The product: every use-case over its ports. Pages, routes and the command line hold one of these. With `choring: false`
 * chores run when `runChores` is called, and never by themselves.
 */
export const createPortal = (
  ports: Ports,
  connection: { close(): Promise<void> },
  { choring: isChoring = true }: { readonly choring?: boolean } = {},
) => {
  const usage = recordAll([createUsageRecorder(ports), createPlaceRecorder(ports)])
  const flushing = flushUsage(usage, ports.log)
  const runChores = runDueChores(ports, ports.randomness.uuid(), choresOf(ports))
  const choring = isChoring ? keepRunning(runChores) : undefined
  const grants = createTally()
  const requestLimits = createRequestLimits(ports.settings.requestLimits, ports.stopwatch)
  const verdict = createValidation({ ...ports, usageCounter: usage, requestLimits })
  const access = accessUseCases(ports)
  const signIn = signInUseCases(ports)
  const tokens = tokensUseCases(ports)
  const notices = noticesUseCases(ports)
  const environmentStore = { ...ports.environmentStore, settings: knownSettings(ports) }
  const counting = { usageCounter: usage, requestLimits, standings: verdict, grants }
  const oauth = oauthUseCases({ ...ports, ...counting, environmentStore })
  const leaks = leaksUseCases(ports)
  const refusals = createTally()
  return {
    settings: ports.settings,
    clock: ports.clock,
    log: ports.log,
    access,
    users: usersUseCases(ports),
    signIn,
    members: membersUseCases(ports),
    roles: rolesUseCases(ports),
    tenants: tenantsUseCases(ports),
    environment: environmentUseCases(ports),
    tokens,
    notices,
    verdict,
    oauth,
    leaks,
    requestLimits,
    api: createApi({ ...ports, ...verdict, requestLimits, refusals, access, signIn, tokens, oauth, leaks, notices }),
    refusals,
    figures: figuresOf(ports, { refusals, grants, verdict }),
    startupNotices: startupNotices(ports),
    /** Whether this process can answer validations now, or why not; never rejects. */
    readiness: checkReadiness(ports),
    /** Does at once what is due of the chores that run by themselves; never rejects. */
    runChores,
    /** Writes what use was counted and is not yet stored; rejects when it cannot be. */
    flushUsage: () => usage.flush(),
    /** Writes the last counted use, finishes mails, and lets go of the database. */
    close: async () => {
      await flushing.stop()
      await choring?.stop()
      await ports.background.settled()
      await connection.close()
    },
  }
}

/** The one portal of a process. */
export type Portal = ReturnType<typeof createPortal>
