import { setTimeout as delay } from 'node:timers/promises'
import { and, asc, eq, isNull } from 'drizzle-orm'
import type { Connection } from '#db/connection.ts'
import { amend } from '#db/contract/amend.ts'
import { tenantFinder } from '#db/directories.ts'
import { addRefresh, nextSequence } from '#db/oauth-writes.ts'
import { auditWrite } from '#db/writes.ts'
import type { DecidedToken, OAuthStore } from '#lib/oauth/oauth-store.ts'
import type { StoredRefresh } from '#lib/oauth/refresh-token.ts'
import type { Sabotage } from '#server/attack/one-process.fixture.ts'

// Each breaks one guard, in the way in which it is usually forgotten.

const MEANWHILE_MS = 20
const WAITS_MAX = 150

/** Waits until something changed, as whoever reads early and writes late does by chance. */
const until = async (changed: () => Promise<boolean>): Promise<void> => {
  for (let waits = 0; waits < WAITS_MAX && !(await changed()); waits += 1) await delay(2)
}

const storedAs = async (oauthStore: OAuthStore, { tenantId }: DecidedToken, digest: string): Promise<StoredRefresh> => {
  const stored = await oauthStore.findRefresh(tenantId, [digest])
  if (!stored) throw new TypeError('the refresh token was not stored')
  return stored
}

const readThenWrite: Sabotage = ({ oauthStore }, { atomically, schema }) => ({
  oauthStore: {
    ...oauthStore,
    rotate: async (token, used, successor, event) => {
      await delay(MEANWHILE_MS)
      const { refreshTokens } = schema
      await atomically((tx) => [
        nextSequence(tx, schema, token),
        {
          label: 'used, whoever used it',
          rows: tx
            .update(refreshTokens)
            .set({ usedAt: event.at })
            .where(and(eq(refreshTokens.tokenId, token.id), eq(refreshTokens.sequence, used.sequence)))
            .returning(),
          expect: 1,
        },
        ...addRefresh(tx, schema, token, { ...successor, predecessorSequence: null }),
        auditWrite(tx, schema, event),
      ])
      return storedAs(oauthStore, token, successor.digest)
    },
  },
})

const readActive = ({ queries, schema: { refreshTokens } }: Connection, { id }: DecidedToken) =>
  queries
    .select({ sequence: refreshTokens.sequence })
    .from(refreshTokens)
    .where(and(eq(refreshTokens.tokenId, id), isNull(refreshTokens.usedAt), isNull(refreshTokens.endedAt)))
    .orderBy(asc(refreshTokens.sequence))

const countThenEvict: Sabotage = ({ oauthStore }, connection) => ({
  oauthStore: {
    ...oauthStore,
    startFamily: async (token, refresh, event) => {
      const active = await readActive(connection, token)
      await delay(MEANWHILE_MS)
      const { atomically, schema } = connection
      const [added] = await atomically((tx) => {
        const [add] = addRefresh(tx, schema, token, { ...refresh, predecessorSequence: null })
        return add ? [nextSequence(tx, schema, token), add, auditWrite(tx, schema, event)] : []
      })
      const [oldest] = active
      const stored = await storedAs(oauthStore, token, refresh.digest)
      if (active.length < 100 || !added || !oldest) return stored
      const { refreshTokens } = schema
      await amend(connection, (tx) =>
        tx
          .update(refreshTokens)
          .set({ endedAt: event.at, endedReason: 'evicted' })
          .where(and(eq(refreshTokens.tokenId, token.id), eq(refreshTokens.sequence, oldest.sequence)))
          .returning(),
      )
      return stored
    },
  },
})

const deafToChanges: Sabotage = ({ changeFeed }) => ({ changeFeed: { ...changeFeed, after: () => [] } })

const forgetsSuccessors: Sabotage = ({ oauthStore }) => ({
  oauthStore: { ...oauthStore, findSuccessor: async () => undefined },
})

const forgivesTheft: Sabotage = ({ oauthStore }) => ({ oauthStore: { ...oauthStore, endFamily: async () => {} } })

const exchangesLate: Sabotage = ({ oauthStore, tokenStore }) => ({
  oauthStore: {
    ...oauthStore,
    startFamily: async (token, refresh, event) => {
      const versionNow = async () => (await tokenStore.find(token.tenantId, token.id))?.version ?? token.version
      await until(async () => (await versionNow()) !== token.version)
      return oauthStore.startFamily({ ...token, version: await versionNow() }, refresh, event)
    },
  },
})

const issuesLate: Sabotage = ({ tokenStore, accessStore }) => ({
  tokenStore: {
    ...tokenStore,
    issue: async (issued, { versions, event }) => {
      const versionNow = async () => (await accessStore.tenant(versions.tenantId))?.rightsVersion ?? versions.tenant
      await until(async () => (await versionNow()) !== versions.tenant)
      return tokenStore.issue(issued, { event, versions: { ...versions, tenant: await versionNow() } })
    },
  },
})

const asksNoTenant: Sabotage = ({ tokenStore }, connection) => ({
  tokenStore: {
    ...tokenStore,
    find: async (_tenantId, tokenId) => tokenStore.find((await tenantFinder(connection)(tokenId)) ?? '', tokenId),
  },
})

const comparesNothing: Sabotage = ({ secretRing, oauthStore }) => {
  let stored: readonly string[] = []
  return {
    secretRing: {
      ...secretRing,
      digests: (use, text) => (use === 'client-secret' ? stored : secretRing.digests(use, text)),
    },
    oauthStore: {
      ...oauthStore,
      findClient: async (id) => {
        const client = await oauthStore.findClient(id)
        stored = client.secrets.map(({ digest }) => digest)
        return client
      },
    },
  }
}

/** What each breaks, and the race that must notice. */
export const SABOTEURS: readonly (readonly [name: string, race: string, sabotage: Sabotage])[] = [
  ['reads a refresh token, then writes', 'refresh-of-one-token-16-at-once', readThenWrite],
  ['counts, then evicts', 'exchanges-100-to-150-at-once', countThenEvict],
  ['is deaf to the change feed', 'revoked-then-validated', deafToChanges],
  ['cannot find a successor again', 'answers-lost-and-asked-again', forgetsSuccessors],
  ['ends no family', 'stolen-and-used-again', forgivesTheft],
  ['exchanges without looking again', 'rotated-while-exchanged', exchangesLate],
  ['issues without looking again', 'demoted-while-issuing', issuesLate],
  ['asks for no tenant', 'asked-by-strangers', asksNoTenant],
  ['compares no secret', 'asked-by-strangers', comparesNothing],
]
