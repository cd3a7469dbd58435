import { decodeJwt } from 'jose'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { formMessage, type OAuthWorld, oauthWorld, type Sent } from '#db/contract/oauth-world.ts'
import { requireProofOf } from '#db/contract/require-proof.ts'
import { START } from '#db/contract/token-fixture.ts'
import { oauthUseCases } from '#lib/oauth/oauth-use-cases.ts'
import { type ClientKey, clientKey, type ProofChange, proofOf } from '#lib/verdict/proof.fixture.ts'

let world: OAuthWorld
let client: Awaited<ReturnType<OAuthWorld['client']>>
let key: ClientKey
beforeEach(async () => {
  world = await oauthWorld()
  client = await world.client()
  key = await clientKey()
})
afterEach(() => world.remove())

const ASKER = { requestId: 'req-4', address: '192.0.2.7', agent: 'curl/8' }
type Process = Pick<OAuthWorld, 'oauth'>

const ask = (form: Sent, dpop: string | undefined, { oauth }: Process = world) =>
  oauth.answerTokenRequest({ ...formMessage(form), dpop }, ASKER)
const prove = (change?: ProofChange, nonce?: string, by = key) => {
  const request = { method: 'POST', url: 'https://id.example/oauth/token', now: world.clock.now() }
  return proofOf(by, nonce === undefined ? request : { ...request, nonce }, change)
}
const askBound = async (form: Sent = client.credentials(), by = key) => ask(form, await prove({}, undefined, by))
const required = (at: number | null = START) => requireProofOf(world.connection, client.token, at)
const jktOf = ({ access_token }: { readonly access_token: string }) => decodeJwt(access_token)['cnf']

describe('an exchange with a proof', () => {
  it('gives a JWT that is bound to its key, and says so in the record', async () => {
    const answer = await askBound()
    expect(answer.token_type).toBe('DPoP')
    expect(jktOf(answer)).toEqual({ jkt: key.thumbprint })
    const { queries, schema } = world.connection
    const events = await queries.select().from(schema.auditEvents)
    expect(events.find(({ type }) => type === 'token.exchanged')?.details).toContain(key.thumbprint)
  })

  it('is told about as such: its key, and its scheme (RFC 9449 §6.2)', async () => {
    const { access_token: bound } = await askBound()
    const { access_token: unbound } = await world.ask(client.credentials())
    const told = await world.introspect(client.about(bound))
    expect(told).toMatchObject({ active: true, token_type: 'DPoP', cnf: { jkt: key.thumbprint } })
    const other = await world.introspect(client.about(unbound))
    expect(other).toMatchObject({ active: true, token_type: 'Bearer' })
    expect(other).not.toHaveProperty('cnf')
  })

  it('without one gives a JWT that is bound to nothing', async () => {
    const answer = await world.ask(client.credentials())
    expect(answer.token_type).toBe('Bearer')
    expect(jktOf(answer)).toBeUndefined()
  })
})

describe('a refresh', () => {
  it('binds to the key of its own proof: a client may change keys', async () => {
    const other = await clientKey()
    const first = await askBound()
    const second = await askBound(client.refresh(first.refresh_token ?? ''), other)
    expect(jktOf(second)).toEqual({ jkt: other.thumbprint })
    const third = await ask(client.refresh(second.refresh_token ?? ''), undefined)
    expect([third.token_type, jktOf(third)]).toEqual(['Bearer', undefined])
  })

  it('asked again for a lost answer is bound to the key of the new proof', async () => {
    const first = await askBound()
    const lost = await askBound(client.refresh(first.refresh_token ?? ''))
    const again = await askBound(client.refresh(first.refresh_token ?? ''))
    expect(again.refresh_token).toBe(lost.refresh_token)
    expect(jktOf(again)).toEqual({ jkt: key.thumbprint })
  })

  it('needs a proof where its token does', async () => {
    const first = await askBound()
    await required()
    const form = client.refresh(first.refresh_token ?? '')
    await expect(ask(form, undefined)).rejects.toMatchObject({ code: 'oauth.invalid_dpop_proof' })
    const nonce = world.verdict.proofNonce()
    await expect(ask(form, await prove({}, nonce))).resolves.toMatchObject({ token_type: 'DPoP' })
  })
})

describe('a token that asks for proofs', () => {
  it('is exchanged with one that has a fresh nonce, and not otherwise', async () => {
    await required()
    const form = client.credentials()
    await expect(ask(form, undefined)).rejects.toMatchObject({ code: 'oauth.invalid_dpop_proof' })
    await expect(ask(form, await prove())).rejects.toMatchObject({ code: 'oauth.use_dpop_nonce' })
    const nonce = world.verdict.proofNonce()
    expect(jktOf(await ask(form, await prove({}, nonce)))).toEqual({ jkt: key.thumbprint })
    world.advance(600)
    await expect(ask(form, await prove({}, nonce))).rejects.toMatchObject({ code: 'oauth.use_dpop_nonce' })
  })

  it('ends what was exchanged without one, at once, and asks no more when it is told so', async () => {
    const unbound = await world.ask(client.credentials())
    await world.asBearer(unbound)
    await required()
    await expect(world.asBearer(unbound)).rejects.toMatchObject({ code: 'token.dpop_required' })
    expect(await world.introspect({ ...client.about(unbound.access_token) })).toEqual({ active: false })
    await required(null)
    await expect(world.asBearer(unbound)).resolves.toBeDefined()
  })

  it('counts a refused proof as a refused use, and a wish for a nonce as none', async () => {
    await required()
    await ask(client.credentials(), await prove()).catch(() => undefined)
    expect(world.uses).toEqual([])
    await ask(client.credentials(), 'nonsense').catch(() => undefined)
    expect(world.uses.map(({ outcome }) => outcome)).toEqual(['refused'])
  })
})

describe('a proof that came before', () => {
  it('gives nothing, here and in another process, whatever else is asked', async () => {
    const other = await world.otherProcess()
    const proof = await prove()
    await ask(client.credentials(), proof)
    for (const each of [world, other])
      for (const scope of ['', 'projects:read'])
        await expect(ask(client.credentials({ scope }), proof, each)).rejects.toMatchObject({
          code: 'oauth.invalid_dpop_proof',
          detail: expect.stringContaining('used before'),
        })
  })

  it('at the same moment in two processes gives one JWT', async () => {
    const other = await world.otherProcess()
    const proof = await prove()
    const asked = [world, other, world, other].map((each) => ask(client.credentials(), proof, each))
    const settled = await Promise.allSettled(asked)
    expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  })

  it('would be good again if nobody remembered it (saboteur)', async () => {
    const forgetful = { ...world.oauthPorts, replayStore: { ...world.oauthPorts.replayStore, use: async () => true } }
    const oauth = oauthUseCases(forgetful)
    const proof = await prove()
    await ask(client.credentials(), proof, { oauth })
    await expect(ask(client.credentials(), proof, { oauth })).resolves.toMatchObject({ token_type: 'DPoP' })
  })

  it('is not used up by who cannot say which client it is, nor by one that lacks the nonce', async () => {
    const proof = await prove()
    const wrong = client.credentials({ client_secret: 'wrong' })
    await expect(ask(wrong, proof)).rejects.toMatchObject({ code: 'oauth.invalid_client' })
    await required()
    await expect(ask(client.credentials(), proof)).rejects.toMatchObject({ code: 'oauth.use_dpop_nonce' })
    await required(null)
    await expect(ask(client.credentials(), proof)).resolves.toMatchObject({ token_type: 'DPoP' })
  })

  it('of the same id by another key is another', async () => {
    const other = await clientKey()
    const change = { payload: { jti: 'the same' } }
    await ask(client.credentials(), await prove(change))
    await expect(ask(client.credentials(), await prove(change, undefined, other))).resolves.toBeDefined()
    await expect(ask(client.credentials(), await prove(change))).rejects.toBeDefined()
  })
})

describe('an exchange that is decided anew', () => {
  it('needs no second proof', async () => {
    const { oauthStore } = world
    let stale = true
    const oauth = oauthUseCases({
      ...world.oauthPorts,
      oauthStore: {
        ...oauthStore,
        startFamily: async (token, ...rest) => {
          // Renamed between the reading and the writing: the token is in another version.
          if (stale) await world.tokens.edit(await world.as('mia'), client.token.id, { name: 'renamed' })
          stale = false
          return oauthStore.startFamily(token, ...rest)
        },
      },
    })
    await expect(ask(client.credentials(), await prove(), { oauth })).resolves.toMatchObject({ token_type: 'DPoP' })
    expect(stale).toBe(false)
  })
})
