import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { personal } from '#db/contract/token-fixture.ts'
import { createApi } from '#lib/api/app.ts'
import { PortalError } from '#lib/errors/portal-error.ts'
import { newKeyRing } from '#lib/keys/key-ring.fixture.ts'
import { CARELESS, type CarelessVerifier } from '#lib/verdict/careless-verifiers.fixture.ts'
import { partsOf, signTexts, TYPE_OF } from '#lib/verdict/hostile-jwts.fixture.ts'
import { DOOR_NAMES, hostileRoom } from '#lib/verdict/hostile-room.fixture.ts'
import { joinSignature, P256, splitSignature } from '#lib/verdict/hostile-signatures.fixture.ts'
import { hostileJwts } from '#lib/verdict/hostile-table.fixture.ts'
import type { Validation } from '#lib/verdict/validation.ts'
import { verifyClaims } from '#lib/verdict/verified-claims.ts'

// RFC 8725, attack by attack, through every door that takes a JWT.

let room: Awaited<ReturnType<typeof hostileRoom>>
beforeAll(async () => {
  room = await hostileRoom()
})
afterAll(() => room.remove())

const sockets: unknown[] = []
const seeSocket = (message: unknown) => sockets.push(message)

describe.each(['access', 'bearer'] as const)('every attack on a JWT for %s', (purpose) => {
  const table = () => room.table[purpose]
  const loot = () => room.loot[purpose]
  const OWN_DOOR = { access: 'X-API-KEY', bearer: 'Authorization' } as const

  it('stands beside a good one, that is accepted', async () => {
    for (const text of [loot().genuine, loot().other]) {
      expect((await room.attempt(OWN_DOOR[purpose], text)).accepted).toBe(true)
      expect((await room.attempt('introspection', text)).accepted).toBe(true)
    }
    const { members, claims } = partsOf(loot().genuine)
    // Signing anew changes the signature alone: what is refused below is refused for what was changed.
    const anew = await signTexts(loot().key, JSON.stringify(members), JSON.stringify(claims))
    expect((await room.attempt(OWN_DOOR[purpose], anew)).accepted).toBe(true)
  })

  it.each(DOOR_NAMES)('is refused at the door %s, and breaks nothing', async (door) => {
    expect(table().length).toBeGreaterThan(400)
    subscribe('net.client.socket', seeSocket)
    const { accepted, broken } = await room.attemptAll(door, table())
    unsubscribe('net.client.socket', seeSocket)
    expect(accepted).toEqual([])
    expect(broken).toEqual([])
    // No key was looked for, wherever an attack says that one lies (RFC 8725 §3.10).
    expect([room.trap.visits, sockets]).toEqual([0, []])
    expect(room.world.logged).toEqual([])
  })
})

describe.each(['RS256', 'EdDSA'] as const)('keys of %s', (algorithm) => {
  it.each(['access', 'bearer'] as const)('verify no attack on a JWT for %s', async (purpose) => {
    const ring = await newKeyRing(algorithm)
    const known = room.loot[purpose]
    const key = ring.signing(purpose)
    const otherKey = ring.signing(purpose === 'access' ? 'bearer' : 'access')
    const resigned = (text: string) => {
      const header = { alg: algorithm, kid: key.kid, typ: TYPE_OF[purpose] }
      return signTexts(key, JSON.stringify(header), Buffer.from(partsOf(text).payload, 'base64url'))
    }
    const loot = { ...known, key, otherKey, genuine: await resigned(known.genuine), other: await resigned(known.other) }
    const issuer = String(partsOf(loot.genuine).claims['iss'])
    const names = { issuers: new Set([issuer]), audiences: new Set([issuer]) }
    expect(await verifyClaims(ring, names, loot.genuine)).toBeDefined()
    // What only the row can refuse stands in the kinds left out.
    const byRow = new Set(['times', 'claims', 'confusion'])
    const accepted: string[] = []
    for (const { kind, name, text } of (await hostileJwts(loot)).filter((attack) => !byRow.has(attack.kind)))
      if (await verifyClaims(ring, names, text)) accepted.push(`${kind}: ${name}`)
    expect(accepted).toEqual([])
  })
})

describe('our own kinds', () => {
  it('are good in no place but their own', async () => {
    const { world, accessToken } = room
    const client = await world.client()
    const { access_token: jwt, refresh_token: refresh } = await world.ask(client.credentials())
    const { clientId, clientSecret } = client.secret
    const both = `${clientId}:${clientSecret}`
    const texts = [refresh, clientSecret, clientId, both, Buffer.from(both).toString('base64')]
    for (const door of ['X-API-KEY', 'Authorization'] as const)
      for (const text of texts) expect(await room.attempt(door, text)).toEqual({ status: 401, accepted: false })
    for (const text of texts.slice(1)) expect((await room.attempt('introspection', text)).accepted).toBe(false)
    expect((await room.attempt('X-API-KEY', jwt)).status).toBe(401)
    expect((await room.attempt('Authorization', await accessToken())).status).toBe(401)
    for (const text of [jwt, await accessToken()]) {
      await expect(world.ask(client.refresh(text))).rejects.toMatchObject({ code: 'oauth.invalid_grant' })
      const presented = { ...client.credentials(), client_secret: text }
      await expect(world.ask(presented)).rejects.toMatchObject({ code: 'oauth.invalid_client' })
    }
  })
})

describe('the twin of an ECDSA signature', () => {
  it('is the same token, and ends with it', async () => {
    const { world } = room
    const { token, secret } = await world.tokens.issue(await world.as('mia'), personal())
    const genuine = secret.type === 'access_token' ? secret.accessToken : ''
    const { header, payload, signed } = partsOf(genuine)
    const [r, s] = splitSignature(signed)
    const twin = `${header}.${payload}.${joinSignature(r, P256.n - s)}`
    for (const text of [genuine, twin]) expect((await room.attempt('X-API-KEY', text)).status).toBe(200)
    await world.tokens.revoke(await world.as('mia'), token.id)
    for (const text of [genuine, twin]) expect((await room.attempt('X-API-KEY', text)).status).toBe(401)
  })
})

describe('saboteurs', () => {
  const carelessApp = (verifier: CarelessVerifier) => {
    const taken = { token: { expiresAt: null }, tenant: {}, roles: [], permissions: [] } as unknown as Validation
    const validate = async ({ presented }: { readonly presented: { readonly text: string } }) => {
      if (await verifier(room.world.oauthPorts.keyRing, presented.text).catch(() => false)) return { validation: taken }
      throw new PortalError('credential.invalid')
    }
    return createApi({ ...room.world.ports, log: { error: () => {} }, validate })
  }

  it.each(CARELESS)('one that %s lets attacks through', async (_, verifier, kinds) => {
    const app = carelessApp(verifier)
    for (const kind of kinds) {
      const all = Object.values(room.table)
        .flat()
        .filter((attack) => attack.kind === kind)
      const { accepted } = await room.attemptAll('X-API-KEY', all, app)
      expect([kind, accepted.length > 0]).toEqual([kind, true])
    }
  })

  it('that followed an address was seen where it led', () => {
    expect(room.trap.visits).toBeGreaterThan(0)
  })

  it('know every kind of attack there is', () => {
    const known = new Set(CARELESS.flatMap(([, , kinds]) => kinds))
    expect(
      new Set(
        Object.values(room.table)
          .flat()
          .map(({ kind }) => kind),
      ),
    ).toEqual(known)
  })
})
