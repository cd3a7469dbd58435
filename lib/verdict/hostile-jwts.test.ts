import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ApiWorld, apiWorld, CAME_FROM } from '#db/contract/api-world.ts'
import { personal } from '#db/contract/token-fixture.ts'
import { createApi } from '#lib/api/app.ts'
import { PortalError } from '#lib/errors/portal-error.ts'
import { newKeyRing } from '#lib/keys/key-ring.fixture.ts'
import type { KeyPurpose } from '#lib/keys/signing-key.ts'
import { CARELESS, type CarelessVerifier } from '#lib/verdict/careless-verifiers.fixture.ts'
import { THIEFS_KEYS } from '#lib/verdict/hostile-headers.fixture.ts'
import { type Attack, type Loot, partsOf, signTexts, TYPE_OF } from '#lib/verdict/hostile-jwts.fixture.ts'
import { joinSignature, P256, splitSignature } from '#lib/verdict/hostile-signatures.fixture.ts'
import { hostileJwts } from '#lib/verdict/hostile-table.fixture.ts'
import type { Validation } from '#lib/verdict/validate.ts'
import { verifyClaims } from '#lib/verdict/verified-claims.ts'

// RFC 8725, attack by attack, through every door that takes a JWT.

type App = Pick<ApiWorld['app'], 'request'>

let world: ApiWorld
let trap: Server
let trapUrl = ''
let visits = 0
let asker: Record<string, string>
const loots = new Map<KeyPurpose, Loot>()
const tables = new Map<KeyPurpose, readonly Attack[]>()

const accessToken = async (): Promise<string> => {
  const { secret } = await world.tokens.issue(await world.as('mia'), personal())
  return secret.type === 'access_token' ? secret.accessToken : ''
}
const bearer = async (): Promise<string> => (await world.ask((await world.client()).credentials())).access_token

beforeAll(async () => {
  world = await apiWorld()
  trap = createServer((_request, response) => {
    visits += 1
    response.setHeader('Content-Type', 'application/json').end(JSON.stringify(THIEFS_KEYS))
  })
  await new Promise<void>((resolve) => trap.listen(0, '127.0.0.1', resolve))
  trapUrl = `http://127.0.0.1:${(trap.address() as AddressInfo).port}`
  const { secret } = await world.client('max')
  asker = { client_id: secret.clientId, client_secret: secret.clientSecret }
  for (const [purpose, make] of [
    ['access', accessToken],
    ['bearer', bearer],
  ] as const) {
    const { keyRing, clock } = world.oauthPorts
    const loot: Loot = {
      purpose,
      genuine: await make(),
      other: await make(),
      key: keyRing.signing(purpose),
      otherKey: keyRing.signing(purpose === 'access' ? 'bearer' : 'access'),
      now: clock.now(),
      trap: trapUrl,
    }
    loots.set(purpose, loot)
    tables.set(purpose, await hostileJwts(loot))
  }
})
afterAll(async () => {
  trap.closeAllConnections()
  await new Promise((resolve) => trap.close(resolve))
  await world.remove()
})

const DOORS = {
  'X-API-KEY': (text: string) => ['/api/v1/validate', { headers: { 'X-API-KEY': text } }] as const,
  Authorization: (text: string) => ['/api/v1/validate', { headers: { Authorization: `Bearer ${text}` } }] as const,
  introspection: (token: string) =>
    ['/oauth/introspect', { method: 'POST', body: new URLSearchParams({ ...asker, token }) }] as const,
}
type Door = keyof typeof DOORS

// What no header can carry, or carries without its ends, never arrives as what it is.
const fits = (text: string): boolean => {
  try {
    return new Headers({ text }).get('text') === text
  } catch {
    return false
  }
}

const attempt = async (app: App, door: Door, text: string) => {
  const [path, init] = DOORS[door](text)
  const response = await app.request(path, init, { origin: CAME_FROM })
  const said = await response.text()
  const accepted = response.status === 200 && !(door === 'introspection' && said === '{"active":false}')
  return { status: response.status, accepted }
}

/** What got through a door, and what broke it. */
const attemptAll = async (app: App, door: Door, all: readonly Attack[]) => {
  const accepted: string[] = []
  const broken: string[] = []
  for (const { kind, name, text } of all.filter((attack) => door === 'introspection' || fits(attack.text))) {
    const answer = await attempt(app, door, text)
    if (answer.accepted) accepted.push(`${kind}: ${name}`)
    if (answer.status >= 500) broken.push(`${kind}: ${name}`)
  }
  return { accepted, broken }
}

const sockets: unknown[] = []
const seeSocket = (message: unknown) => sockets.push(message)

describe.each(['access', 'bearer'] as const)('every attack on a JWT for %s', (purpose) => {
  const table = () => tables.get(purpose) ?? []
  const loot = () => loots.get(purpose) as Loot
  const OWN_DOOR = { access: 'X-API-KEY', bearer: 'Authorization' } as const

  it('stands beside a good one, that is accepted', async () => {
    for (const text of [loot().genuine, loot().other]) {
      expect((await attempt(world.app, OWN_DOOR[purpose], text)).accepted).toBe(true)
      expect((await attempt(world.app, 'introspection', text)).accepted).toBe(true)
    }
    const { members, claims } = partsOf(loot().genuine)
    // Signing anew changes the signature alone: what is refused below is refused for what was changed.
    const anew = await signTexts(loot().key, JSON.stringify(members), JSON.stringify(claims))
    expect((await attempt(world.app, OWN_DOOR[purpose], anew)).accepted).toBe(true)
  })

  it.each(Object.keys(DOORS) as Door[])('is refused at the door %s, and breaks nothing', async (door) => {
    expect(table().length).toBeGreaterThan(400)
    subscribe('net.client.socket', seeSocket)
    const { accepted, broken } = await attemptAll(world.app, door, table())
    unsubscribe('net.client.socket', seeSocket)
    expect(accepted).toEqual([])
    expect(broken).toEqual([])
    // No key was looked for, wherever an attack says that one lies (RFC 8725 §3.10).
    expect([visits, sockets]).toEqual([0, []])
    expect(world.logged).toEqual([])
  })
})

describe.each(['RS256', 'EdDSA'] as const)('keys of %s', (algorithm) => {
  it.each(['access', 'bearer'] as const)('verify no attack on a JWT for %s', async (purpose) => {
    const ring = await newKeyRing(algorithm)
    const known = loots.get(purpose) as Loot
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
    const client = await world.client()
    const { access_token: jwt, refresh_token: refresh } = await world.ask(client.credentials())
    const { clientId, clientSecret } = client.secret
    const both = `${clientId}:${clientSecret}`
    const texts = [refresh, clientSecret, clientId, both, Buffer.from(both).toString('base64')]
    for (const door of ['X-API-KEY', 'Authorization'] as const)
      for (const text of texts) expect(await attempt(world.app, door, text)).toEqual({ status: 401, accepted: false })
    for (const text of texts.slice(1)) expect((await attempt(world.app, 'introspection', text)).accepted).toBe(false)
    expect((await attempt(world.app, 'X-API-KEY', jwt)).status).toBe(401)
    expect((await attempt(world.app, 'Authorization', await accessToken())).status).toBe(401)
    for (const text of [jwt, await accessToken()]) {
      await expect(world.ask(client.refresh(text))).rejects.toMatchObject({ code: 'oauth.invalid_grant' })
      const presented = { ...client.credentials(), client_secret: text }
      await expect(world.ask(presented)).rejects.toMatchObject({ code: 'oauth.invalid_client' })
    }
  })
})

describe('the twin of an ECDSA signature', () => {
  it('is the same token, and ends with it', async () => {
    const { token, secret } = await world.tokens.issue(await world.as('mia'), personal())
    const genuine = secret.type === 'access_token' ? secret.accessToken : ''
    const { header, payload, signed } = partsOf(genuine)
    const [r, s] = splitSignature(signed)
    const twin = `${header}.${payload}.${joinSignature(r, P256.n - s)}`
    for (const text of [genuine, twin]) expect((await attempt(world.app, 'X-API-KEY', text)).status).toBe(200)
    await world.tokens.revoke(await world.as('mia'), token.id)
    for (const text of [genuine, twin]) expect((await attempt(world.app, 'X-API-KEY', text)).status).toBe(401)
  })
})

describe('saboteurs', () => {
  const carelessApp = (verifier: CarelessVerifier): App => {
    const taken = { token: { expiresAt: null }, tenant: {}, roles: [], permissions: [] } as unknown as Validation
    const validate = async ({ presented }: { readonly presented: { readonly text: string } }) => {
      if (await verifier(world.oauthPorts.keyRing, presented.text).catch(() => false)) return taken
      throw new PortalError('credential.invalid')
    }
    return createApi({ ...world.ports, log: { error: () => {} }, validate })
  }

  it.each(CARELESS)('one that %s lets attacks through', async (_, verifier, kinds) => {
    const app = carelessApp(verifier)
    for (const kind of kinds) {
      const all = [...tables.values()].flat().filter((attack) => attack.kind === kind)
      const { accepted } = await attemptAll(app, 'X-API-KEY', all)
      expect([kind, accepted.length > 0]).toEqual([kind, true])
    }
  })

  it('that followed an address was seen where it led', () => {
    expect(visits).toBeGreaterThan(0)
  })

  it('know every kind of attack there is', () => {
    const known = new Set(CARELESS.flatMap(([, , kinds]) => kinds))
    expect(new Set([...tables.values()].flat().map(({ kind }) => kind))).toEqual(known)
  })
})
