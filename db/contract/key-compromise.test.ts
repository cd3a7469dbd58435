import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { accessJwt, type KeyWorld, keyWorld, OPERATOR, verdictOn } from '#db/contract/key-world.ts'
import { auditOf } from '#db/contract/read-records.ts'
import { account } from '#db/contract/token-fixture.ts'
import { createStandingStore } from '#db/standing-store.ts'
import type { AffectedToken } from '#lib/keys/key-store.ts'
import { DAY_SECONDS, HOUR_SECONDS } from '#lib/time/duration.ts'
import { tokensUseCases } from '#lib/tokens/tokens-use-cases.ts'
import { createValidation } from '#lib/verdict/validate.ts'

let world: KeyWorld
beforeEach(async () => {
  world = await keyWorld()
})
afterEach(() => world.remove())

const affectedBy = async (kid: string): Promise<readonly AffectedToken[]> => {
  const pages: AffectedToken[] = []
  for await (const page of world.keys.affected(kid)) pages.push(...page)
  return pages
}
const told = async (tenantId: string) =>
  (await auditOf(world.connection, tenantId)).filter((line) => line.startsWith('token.key_compromised'))

describe('a compromised access key', () => {
  it('is refused on the next request in every process, warm answers included', async () => {
    const other = await world.otherProcess()
    const { text } = await accessJwt(world, 'mia')
    const kid = world.kidOf(text)
    for (const process of [world, other, world, other]) expect(await verdictOn(process, text)).toBe('good')
    const { replacement } = await world.keys.compromise(OPERATOR, kid)
    await world.settled()
    for (const process of [other, world]) expect(await verdictOn(process, text)).toBe('credential.invalid')
    for (const { ports } of [world, other]) expect(ports.keyRing.verifying(kid)).toBeUndefined()
    const later = await accessJwt({ ...world, tokens: other.tokens }, 'mia')
    expect(world.kidOf(later.text)).toBe(replacement)
    for (const process of [world, other]) expect(await verdictOn(process, later.text)).toBe('good')
  })

  it('is told to every token with a living JWT of it, in its own account, and to no other', async () => {
    const mine = await accessJwt(world, 'mia', { name: 'laptop' })
    const theirs = await accessJwt(world, 'gus')
    const shared = await world.tokens.issue(await world.as('adam'), account({ name: 'CI' }))
    const revoked = await accessJwt(world, 'max')
    await world.tokens.revoke(await world.as('max'), revoked.token.id)
    await accessJwt(world, 'rita', { expiry: { kind: 'after', seconds: 5 } })
    await world.client('anna')
    world.advance(5)
    const kid = world.kidOf(mine.text)
    await world.keys.compromise(OPERATOR, kid)
    expect(await told('acme')).toEqual(
      [mine.token.id, shared.token.id].sort().map((id) => `token.key_compromised ${id}`),
    )
    expect(await told('globex')).toEqual([`token.key_compromised ${theirs.token.id}`])
    expect(await auditOf(world.connection, '*')).toContain(`signing_key.compromised ${kid}`)
    const affected = await affectedBy(kid)
    expect(affected).toHaveLength(3)
    expect(affected).toContainEqual({
      tenantId: 'acme',
      tenantName: 'Acme',
      tokenId: mine.token.id,
      tokenName: 'laptop',
      ownerEmail: 'mia@example.com',
      granterName: 'mia',
    })
    expect(affected).toContainEqual(expect.objectContaining({ tokenName: 'CI', ownerEmail: null, granterName: 'adam' }))
    expect((await world.keyStore.liveCredentials(world.clock.now())).get(kid)).toBeUndefined()
  })

  it('leaves the token its rest: rotated, it works again, and until then its description says so', async () => {
    const { token, text } = await accessJwt(world, 'mia')
    const other = await accessJwt(world, 'gus')
    const lostKey = async () => (await world.tokens.describe(await world.as('mia'), token.id)).lostKey
    const kid = world.kidOf(text)
    expect(await lostKey()).toBeUndefined()
    await world.keys.compromise(OPERATOR, kid)
    expect(await lostKey()).toEqual({ kid, at: world.clock.now() })
    const [theirs] = await world.ports.tokenStore.credentials('globex', other.token.id)
    expect(await world.ports.rotationStore.lostKey('acme', token.id, theirs?.id ?? '')).toBeUndefined()
    const { secret } = await world.tokens.rotate(await world.as('mia'), token.id)
    expect(await lostKey()).toBeUndefined()
    expect(secret.type === 'access_token' && (await verdictOn(world, secret.accessToken))).toBe('good')
    expect(await verdictOn(world, text)).toBe('credential.invalid')
  })

  it('signs no token whose issue was under way: it is decided again, with the key in its place', async () => {
    const { kid } = world.ports.keyRing.signing('access')
    const { tokenStore } = world.ports
    let interfere = true
    const issue: typeof tokenStore.issue = async (...given) => {
      if (interfere) await world.keys.compromise(OPERATOR, kid)
      interfere = false
      return tokenStore.issue(...given)
    }
    const tokens = tokensUseCases({ ...world.ports, tokenStore: { ...tokenStore, issue } })
    const { text } = await accessJwt({ ...world, tokens }, 'mia')
    expect(world.kidOf(text)).not.toBe(kid)
    expect(await verdictOn(world, text)).toBe('good')
    expect(await told('acme')).toEqual([])
  })
})

describe('a compromised bearer key', () => {
  it('is refused on the next request in every process, and told to whoever may hold a JWT of it', async () => {
    const other = await world.otherProcess()
    const early = await world.client('max')
    await world.ask(early.credentials())
    const idle = await world.client('rita')
    world.advance(DAY_SECONDS + 1)
    const client = await world.client('mia')
    const { access_token: bearer } = await world.ask(client.credentials())
    const access = await accessJwt(world, 'mia')
    for (const process of [world, other]) expect(await verdictOn(process, bearer, 'bearer')).toBe('good')
    const kid = world.kidOf(bearer)
    const { replacement } = await other.keys.compromise(OPERATOR, kid)
    await world.settled()
    for (const process of [world, other]) {
      expect(await verdictOn(process, bearer, 'bearer')).toBe('credential.invalid')
      expect(await verdictOn(process, access.text)).toBe('good')
    }
    expect(await told('acme')).toEqual([`token.key_compromised ${client.token.id}`])
    expect((await affectedBy(kid)).map(({ tokenId }) => tokenId)).not.toContain(idle.token.id)
    const again = await world.ask(client.credentials())
    expect(world.kidOf(again.access_token)).toBe(replacement)
    expect(await verdictOn(other, again.access_token, 'bearer')).toBe('good')
  })

  it('that retired is told to those who exchanged while it signed', async () => {
    const before = await world.client('mia')
    const { access_token: bearer } = await world.ask(before.credentials())
    world.advance(HOUR_SECONDS)
    await world.keys.rotate(OPERATOR, { purpose: 'bearer', atOnce: true })
    world.advance(HOUR_SECONDS)
    await world.ask((await world.client('max')).credentials())
    expect(await world.keys.compromise(OPERATOR, world.kidOf(bearer))).toMatchObject({ replacement: undefined })
    expect(await told('acme')).toEqual([`token.key_compromised ${before.token.id}`])
  })
})

describe('a verification under way when its key is compromised', () => {
  it('answers its own request, but is not kept', async () => {
    const { access_token: jwt } = await world.ask((await world.client('mia')).credentials())
    const { keyRing, environmentStore } = world.ports
    const underWay = keyRing.verifying(world.kidOf(jwt))
    let interfere = true
    const verdict = createValidation({
      ...world.oauthPorts,
      standingStore: createStandingStore(world.connection),
      changeFeed: world.connection.feed,
      keyRing: { ...keyRing, verifying: (kid) => (interfere ? underWay : keyRing.verifying(kid)) },
      environmentStore: {
        ...environmentStore,
        settings: async () => {
          if (interfere) await world.keys.compromise(OPERATOR, world.kidOf(jwt))
          // Another request of this process hears of it, and clears what is known.
          await verdict.standing('acme', 'another')
          return environmentStore.settings()
        },
      },
    })
    expect(await verdictOn({ verdict }, jwt, 'bearer')).toBe('good')
    interfere = false
    expect(await verdictOn({ verdict }, jwt, 'bearer')).toBe('credential.invalid')
  })
})

describe('declaring a key compromised', () => {
  it('again changes nothing, and names the same tokens', async () => {
    const { text } = await accessJwt(world, 'mia')
    const kid = world.kidOf(text)
    expect(await world.keys.compromise(OPERATOR, kid)).toMatchObject({ isNew: true })
    const [keys, affected] = [await world.keyStore.history(), await affectedBy(kid)]
    expect(await world.keys.compromise(OPERATOR, kid)).toMatchObject({ isNew: false, replacement: undefined })
    expect([await world.keyStore.history(), await affectedBy(kid)]).toEqual([keys, affected])
  })

  it('of two who do so at once, one does it', async () => {
    const other = await world.otherProcess()
    const { text } = await accessJwt(world, 'mia')
    const kid = world.kidOf(text)
    const outcomes = await Promise.all([world, other].map(({ keys }) => keys.compromise(OPERATOR, kid)))
    expect(outcomes.filter(({ isNew }) => isNew)).toHaveLength(1)
    expect(await told('acme')).toHaveLength(1)
  })

  it('that is next takes it out of the set; another signs on', async () => {
    const { kid } = await world.keys.rotate(OPERATOR, { purpose: 'access', atOnce: false })
    const { text } = await accessJwt(world, 'mia')
    await world.keys.compromise(OPERATOR, kid)
    expect(await verdictOn(world, text)).toBe('good')
    expect(await affectedBy(kid)).toEqual([])
  })

  it('which nobody knows, or which was removed, is refused', async () => {
    const { kid } = await world.keys.rotate(OPERATOR, { purpose: 'access', algorithm: 'RS256', atOnce: false })
    await world.keys.rotate(OPERATOR, { purpose: 'access', algorithm: 'EdDSA', atOnce: false })
    await expect(world.keys.compromise(OPERATOR, 'unknown')).rejects.toMatchObject({ code: 'resource.not_found' })
    await expect(world.keys.compromise(OPERATOR, kid)).rejects.toMatchObject({ code: 'request.invalid' })
  })

  it('names them all, however few fit a page', async () => {
    const jwts = [await accessJwt(world, 'mia'), await accessJwt(world, 'gus'), await accessJwt(world, 'max')]
    const kid = world.kidOf(jwts[0]?.text ?? '')
    await world.keys.compromise(OPERATOR, kid)
    const first = await world.keyStore.affected(kid, undefined, 2)
    const rest = await world.keyStore.affected(kid, first.at(-1), 2)
    expect([...first, ...rest]).toEqual(await affectedBy(kid))
    expect(rest).toHaveLength(1)
  })
})
