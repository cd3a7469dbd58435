import { type OAuthWorld, oauthWorld } from '#db/contract/oauth-world.ts'
import { type PersonId, personal } from '#db/contract/token-fixture.ts'
import { createKeyStore } from '#db/key-store.ts'
import { createLeakStore } from '#db/leak-store.ts'
import { createSettingsStore } from '#db/settings-store.ts'
import type { LeakReaction } from '#lib/access/environment-store.ts'
import type { LeakSource } from '#lib/leaks/leak-event.ts'
import { type ReportLeakPorts, reportLeak } from '#lib/leaks/report-leak.ts'
import { changeSettingsFromTerminal } from '#lib/tenants/change-settings.ts'
import type { IssueRequest } from '#lib/tokens/token-request.ts'

const TRACE = { requestId: 'req-7', address: '198.51.100.9' }

const leaksOver = ({ connection, ports }: Pick<OAuthWorld, 'connection' | 'ports'>) => {
  const leakPorts: ReportLeakPorts = {
    ...ports,
    settings: { url: 'https://tokens.example' },
    leakStore: createLeakStore(connection),
  }
  const report = reportLeak(leakPorts)
  return {
    leakPorts,
    /** A stranger reports what they found. */
    report: (text: string, source: LeakSource = 'page', foundAt?: string) =>
      report({ text, source, foundAt, trace: TRACE }),
    react: (leakReaction: LeakReaction) =>
      changeSettingsFromTerminal({
        ...leakPorts,
        randomness: ports.randomness,
        keyStore: createKeyStore(connection),
        settingsStore: createSettingsStore(connection),
      })({ leakReaction }),
  }
}

/** A world of people, tokens and clients, in which credentials are found. */
export const leakWorld = async () => {
  const world = await oauthWorld()
  const validate = (text: string, header: 'x-api-key' | 'authorization') =>
    world.verdict
      .validate({
        presented: { header, text },
        permissions: [],
        audience: undefined,
        address: '192.0.2.7',
        agent: undefined,
      })
      .then(
        () => 'good',
        (thrown: { readonly code?: string }) => thrown.code,
      )
  return {
    ...world,
    ...leaksOver(world),
    /** Another process over the same file. */
    otherReporter: async () => leaksOver(await world.elsewhere()),
    /** An access token of a person, and its text. */
    accessToken: async (who: PersonId = 'mia', asked: Partial<IssueRequest> = {}) => {
      const { token, secret } = await world.tokens.issue(await world.as(who), personal(asked))
      if (secret.type !== 'access_token') throw new TypeError('this is no access token')
      return { token, text: secret.accessToken }
    },
    /** What a validation says of an access JWT; `good`, or the code of the refusal. */
    saysOfKey: (text: string) => validate(text, 'x-api-key'),
    /** The same of a bearer JWT. */
    saysOfBearer: (text: string) => validate(text, 'authorization'),
    /** The tenant's records of found credentials, oldest first. */
    leaks: async (tenantId = 'acme') => {
      const rows = await world.connection.queries.select().from(world.connection.schema.auditEvents)
      return rows
        .filter((row) => row.type === 'token.leaked' && row.tenantId === tenantId)
        .map((row) => ({ ...row, details: JSON.parse(row.details) as Record<string, unknown> }))
    },
  }
}

/** What `leakWorld` makes. */
export type LeakWorld = Awaited<ReturnType<typeof leakWorld>>
