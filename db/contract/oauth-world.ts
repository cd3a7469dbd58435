import type { Connection } from '#db/connection.ts'
import { type PersonId, personal, tokenFixture } from '#db/contract/token-fixture.ts'
import { noLimits } from '#db/contract/token-ports.ts'
import { createOAuthStore } from '#db/oauth-store.ts'
import { createReplayStore } from '#db/replay-store.ts'
import { createStandingStore } from '#db/standing-store.ts'
import { createTally } from '#lib/errors/tally.ts'
import type { BearerAnswer } from '#lib/oauth/bearer-answer.ts'
import { oauthUseCases } from '#lib/oauth/oauth-use-cases.ts'
import type { IssueTokenPorts } from '#lib/tokens/issue-token.ts'
import type { IssueRequest } from '#lib/tokens/token-request.ts'
import type { TokenUse } from '#lib/tokens/usage-counter.ts'
import { createValidation } from '#lib/verdict/validate.ts'

/** Where every request of these tests comes from. */
const ASKER = { requestId: 'req-2', address: '192.0.2.7', agent: 'curl/8' }

/** The portal's URL in these tests. */
const URL_HERE = 'https://id.example'

/** What a client sends beside its id and secret. */
export type Sent = Readonly<Record<string, string>>

/** A form as HTTP carries it to the authorization server. */
export const formMessage = (form: Sent) => ({
  authorization: undefined,
  contentType: 'application/x-www-form-urlencoded',
  body: new URLSearchParams(form).toString(),
})

/** One process: the authorization server and the verdict over a connection; `uses` are what it counted. */
const oauthOver = ({ connection, ports }: { connection: Connection; ports: IssueTokenPorts }) => {
  const uses: TokenUse[] = []
  const usageCounter = { count: (use: TokenUse) => uses.push(use) }
  const standingStore = createStandingStore(connection)
  const changeFeed = connection.feed
  const replayStore = createReplayStore(connection)
  const requestLimits = noLimits()
  const verdict = createValidation({ ...ports, standingStore, changeFeed, usageCounter, replayStore, requestLimits })
  const oauthStore = createOAuthStore(connection)
  const oauthPorts = {
    ...ports,
    usageCounter,
    requestLimits,
    oauthStore,
    replayStore,
    changeFeed,
    grants: createTally(),
    standings: verdict,
    settings: { url: URL_HERE },
  }
  const oauth = oauthUseCases(oauthPorts)
  /** Whatever the token endpoint answers. */
  const exchange = (form: Sent, asker: Partial<typeof ASKER> = {}): Promise<BearerAnswer> =>
    oauth.answerTokenRequest(formMessage(form), { ...ASKER, ...asker })
  /** The same, of a client that gets refresh tokens. */
  const ask = async (form: Sent, asker: Partial<typeof ASKER> = {}) => {
    const { refresh_token, ...answer } = await exchange(form, asker)
    if (refresh_token === undefined) throw new TypeError('there is no refresh token in this answer')
    return { ...answer, refresh_token }
  }
  const introspect = (form: Sent, asker: Partial<typeof ASKER> = {}) =>
    oauth.answerIntrospection(formMessage(form), { ...ASKER, ...asker })
  const revoke = (form: Sent, asker: Partial<typeof ASKER> = {}) =>
    oauth.answerRevocation(formMessage(form), { ...ASKER, ...asker })
  const asBearer = async (answer: Pick<BearerAnswer, 'access_token'>) => {
    const { validation } = await verdict.validate({
      presented: { header: 'authorization', text: answer.access_token },
      permissions: [],
      audience: undefined,
      address: ASKER.address,
      agent: ASKER.agent,
    })
    return validation
  }
  return { oauth, oauthPorts, oauthStore, verdict, uses, exchange, ask, introspect, revoke, asBearer }
}

/** A world of people and tokens with an authorization server, here and in other processes. */
export const oauthWorld = async () => {
  const world = await tokenFixture()
  const here = oauthOver(world)
  return {
    ...world,
    ...here,
    /** Another process over the same file. */
    otherProcess: async () => {
      const other = await world.elsewhere()
      return { ...other, ...oauthOver(other) }
    },
    /** Client credentials of a person, and what a request with them holds. */
    client: async (who: PersonId = 'mia', asked: Partial<IssueRequest> = {}) => {
      const request = personal({ type: 'client_credentials', ...asked })
      const { token, secret } = await world.tokens.issue(await world.as(who), request)
      if (secret.type !== 'client_credentials') throw new TypeError('these are no client credentials')
      const identity = { client_id: secret.clientId, client_secret: secret.clientSecret }
      return {
        token,
        secret,
        credentials: (sent: Sent = {}) => ({ grant_type: 'client_credentials', ...identity, ...sent }),
        refresh: (refreshToken: string, sent: Sent = {}) => ({
          grant_type: 'refresh_token',
          refresh_token: refreshToken,
          ...identity,
          ...sent,
        }),
        about: (text: string, sent: Sent = {}) => ({ token: text, ...identity, ...sent }),
      }
    },
  }
}

/** What `oauthWorld` makes. */
export type OAuthWorld = Awaited<ReturnType<typeof oauthWorld>>
