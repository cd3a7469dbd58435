import { decodeJwt } from 'jose'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { formMessage, type OAuthWorld, oauthWorld } from '#db/contract/oauth-world.ts'
import { auditOf, changesOf } from '#db/contract/read-records.ts'
import { type PersonId, personal, START } from '#db/contract/token-fixture.ts'
import { PortalError } from '#lib/errors/portal-error.ts'
import { BEARER_LIFETIME_SECONDS_MAX } from '#lib/keys/key-times.ts'
import { answerRevocation } from '#lib/oauth/answer-revocation.ts'
import type { BearerAnswer } from '#lib/oauth/bearer-answer.ts'
import { REFRESH_LIFETIME_SECONDS } from '#lib/oauth/refresh-token.ts'

let world: OAuthWorld
beforeEach(async () => {
  world = await oauthWorld()
})
afterEach(() => world.remove())

const ASKER = { requestId: 'req-9', address: '192.0.2.7', agent: 'curl/8' }

const scene = async (who: PersonId = 'mia') => {
  const client = await world.client(who)
  const answer = await world.ask(client.credentials())
  return { client, answer, bearer: answer.access_token, refresh: answer.refresh_token }
}

const revocations = async (tenantId = 'acme') =>
  (await auditOf(world.connection, tenantId)).filter((line) => line.startsWith('refresh_token.revoked'))

type SceneClient = Awaited<ReturnType<typeof scene>>['client']

const codeOf = (thrown: unknown): unknown => (thrown as { code?: unknown }).code

// What a validation, a refresh and an introspection say of each answer's JWT and refresh token.
const saidOf = async (
  answers: readonly Required<Pick<BearerAnswer, 'access_token' | 'refresh_token'>>[],
  client: SceneClient,
) => {
  const said: unknown[] = []
  for (const { access_token: bearer, refresh_token: refresh } of answers) {
    said.push(await world.asBearer({ access_token: bearer }).then(() => 'good', codeOf))
    for (const text of [bearer, refresh]) said.push((await world.introspect(client.about(text))).active)
    said.push(await world.ask(client.refresh(refresh)).then(() => 'good', codeOf))
  }
  return said
}

const OVER = ['token.revoked', false, false, 'oauth.invalid_grant']
const ALIVE = ['good', true, true, 'good']

describe('revoking', () => {
  it.each(['refresh_token', 'access_token'] as const)(
    'by %s ends the family: all it has and had',
    async (presented) => {
      const { client, answer } = await scene()
      const other = await world.ask(client.credentials())
      const second = await world.ask(client.refresh(answer.refresh_token))
      await world.asBearer(second)
      await world.revoke(client.about(second[presented]))
      expect(await saidOf([answer, second], client)).toEqual([...OVER, ...OVER])
      await expect(world.asBearer(other)).resolves.toBeDefined()
      await expect(world.ask(client.refresh(other.refresh_token))).resolves.toBeDefined()
      const { sid } = decodeJwt(answer.access_token)
      expect(await changesOf(world.connection)).toEqual([`family acme/${client.token.id}/${String(sid)}`])
      expect(await revocations()).toEqual([`refresh_token.revoked ${client.token.id}`])
    },
  )

  it('is refused on the very next request in every process, warm caches included', async () => {
    const { client, answer, refresh } = await scene()
    const other = await world.otherProcess()
    for (const here of [world, other]) await here.asBearer(answer)
    await world.revoke(client.about(refresh))
    await world.settled()
    for (const here of [other, world])
      await expect(here.asBearer(answer)).rejects.toMatchObject({ code: 'token.revoked' })
  })

  it('by a refresh token that was used already, or whose answer was lost, ends the family as well', async () => {
    const { client, answer, refresh } = await scene()
    const second = await world.ask(client.refresh(refresh))
    await world.revoke(client.about(refresh))
    expect(await saidOf([answer, second], client)).toEqual([...OVER, ...OVER])
  })

  it('by a refresh token older than its lifetime ends what came of it', async () => {
    const { client, refresh } = await scene()
    world.advance(REFRESH_LIFETIME_SECONDS - 10)
    const second = await world.ask(client.refresh(refresh))
    world.advance(10)
    await world.revoke(client.about(refresh))
    expect(await saidOf([second], client)).toEqual(OVER)
  })

  it('again, at once or days later, does nothing more, and is never taken for theft', async () => {
    const { client, answer, refresh, bearer } = await scene()
    const second = await world.ask(client.refresh(refresh))
    for (const text of [refresh, refresh, bearer, second.refresh_token]) await world.revoke(client.about(text))
    world.advance(BEARER_LIFETIME_SECONDS_MAX)
    await world.revoke(client.about((await world.ask(client.credentials())).refresh_token))
    for (const text of [refresh, bearer, second.refresh_token]) await world.revoke(client.about(text))
    expect(await revocations()).toHaveLength(2)
    await expect(world.ask(client.refresh(answer.refresh_token))).rejects.toMatchObject({ code: 'oauth.invalid_grant' })
    expect((await auditOf(world.connection, 'acme')).filter((line) => line.includes('theft'))).toEqual([])
  })

  it('is recorded by ids, without a secret in it', async () => {
    const { client, refresh, bearer } = await scene()
    await world.revoke(client.about(refresh), { requestId: 'req-9' })
    const { queries, schema } = world.connection
    const rows = await queries.select().from(schema.auditEvents)
    const row = rows.find(({ type }) => type === 'refresh_token.revoked')
    expect(row).toMatchObject({ actorKind: 'token', actorId: client.token.id, requestId: 'req-9', at: START })
    expect(JSON.parse(row?.details ?? '')).toMatchObject({
      presented: 'refresh_token',
      familyId: decodeJwt(bearer)['sid'],
    })
    const everything = JSON.stringify(rows)
    for (const secret of [refresh, bearer, client.secret.clientSecret]) expect(everything).not.toContain(secret)
  })
})

describe('nothing is ended by', () => {
  const happened = async () => [await revocations(), await revocations('globex'), await changesOf(world.connection)]
  const NOTHING = [[], [], []]

  it.each([
    ['another client of the account', 'max'],
    ['a client of another account', 'gus'],
  ] as const)('%s, by refresh token or bearer JWT', async (_, who) => {
    const { client, answer, refresh, bearer } = await scene()
    const other = await world.client(who)
    for (const text of [refresh, bearer]) await world.revoke(other.about(text))
    expect(await happened()).toEqual(NOTHING)
    expect(await saidOf([answer], client)).toEqual(ALIVE)
  })

  it('an access JWT of the same person: it was issued to no client', async () => {
    const { client } = await scene()
    const { secret } = await world.tokens.issue(await world.as('mia'), personal())
    const text = secret.type === 'access_token' ? secret.accessToken : ''
    await world.revoke(client.about(text))
    expect(await world.introspect(client.about(text))).toMatchObject({ active: true })
  })

  it('what is forged, garbage, too long, or a secret of another kind', async () => {
    const { client, answer, refresh, bearer } = await scene()
    const [header = '', payload = ''] = bearer.split('.')
    const forged = [
      'nonsense',
      'x'.repeat(60_000),
      `${header}.${payload}.`,
      `${header}.${payload}.${'A'.repeat(86)}`,
      `${bearer}=`,
      `${refresh.slice(0, -1)}${refresh.endsWith('0') ? '1' : '0'}`,
      client.secret.clientSecret,
    ]
    for (const text of forged) await world.revoke(client.about(text))
    expect(await happened()).toEqual(NOTHING)
    expect(await saidOf([answer], client)).toEqual(ALIVE)
  })

  it('whoever is not the client: refused', async () => {
    const { client, answer, refresh } = await scene()
    for (const form of [{ token: refresh }, client.about(refresh, { client_secret: 'wrong' })])
      await expect(world.revoke(form)).rejects.toMatchObject({ code: 'oauth.invalid_client' })
    await expect(world.revoke(client.about(''))).rejects.toMatchObject({ code: 'request.malformed' })
    expect(await happened()).toEqual(NOTHING)
    expect(await saidOf([answer], client)).toEqual(ALIVE)
  })

  it('a store that is away: it says so, and nothing was done', async () => {
    const { client, answer, refresh } = await scene()
    const away = answerRevocation({
      ...world.oauthPorts,
      oauthStore: {
        ...world.oauthStore,
        endFamily: async () => {
          throw new PortalError('store.unavailable')
        },
      },
    })
    await expect(away(formMessage(client.about(refresh)), ASKER)).rejects.toMatchObject({ code: 'store.unavailable' })
    expect(await happened()).toEqual(NOTHING)
    expect(await saidOf([answer], client)).toEqual(ALIVE)
  })
})

describe('a rotation at the same moment', () => {
  it.each([1, 2, 3, 4])('leaves nothing of the family, whoever is first (round %i)', async (round) => {
    const { client, answer, refresh, bearer } = await scene()
    const other = await world.otherProcess()
    const text = round % 2 === 0 ? refresh : bearer
    const rotate = () => other.ask(client.refresh(refresh))
    const revoke = () => world.revoke(client.about(text))
    const settled = await Promise.allSettled(
      round < 3 ? [rotate(), revoke(), rotate()] : [revoke(), rotate(), rotate(), other.revoke(client.about(refresh))],
    )
    await world.settled()
    const late = settled.flatMap((one) => (one.status === 'fulfilled' && one.value ? [one.value] : []))
    const answers = [answer, ...late]
    expect(await saidOf(answers, client)).toEqual(answers.flatMap(() => OVER))
    const rows = await world.connection.queries.select().from(world.connection.schema.refreshTokens)
    expect(rows.filter(({ usedAt, endedAt }) => usedAt === null && endedAt === null)).toEqual([])
    expect(await revocations()).toHaveLength(1)
  })
})

describe('a client that is not the one the token was issued to', () => {
  it('would end it if nobody compared (saboteur)', async () => {
    const { client, answer, refresh } = await scene()
    const other = await world.client('max')
    const { oauthStore } = world
    const sabotaged = answerRevocation({
      ...world.oauthPorts,
      oauthStore: {
        ...oauthStore,
        // A look-up that says of every row that it is the asking client's.
        findRefresh: async (tenantId, digests) => {
          const row = await oauthStore.findRefresh(tenantId, digests)
          return row && { ...row, tokenId: other.token.id }
        },
      },
    })
    await sabotaged(formMessage(other.about(refresh)), ASKER)
    await expect(world.ask(client.refresh(answer.refresh_token))).rejects.toMatchObject({ code: 'oauth.invalid_grant' })
  })
})
