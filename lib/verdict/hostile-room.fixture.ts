import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type ApiWorld, apiWorld, CAME_FROM } from '#db/contract/api-world.ts'
import { personal } from '#db/contract/token-fixture.ts'
import type { KeyPurpose } from '#lib/keys/signing-key.ts'
import { THIEFS_KEYS } from '#lib/verdict/hostile-headers.fixture.ts'
import type { Attack, Loot } from '#lib/verdict/hostile-jwts.fixture.ts'
import { hostileJwts } from '#lib/verdict/hostile-table.fixture.ts'

type App = Pick<ApiWorld['app'], 'request'>

/** The doors that take a JWT, and the request that carries one there. */
const DOORS = {
  'X-API-KEY': (text: string) => ['/api/v1/validate', { headers: { 'X-API-KEY': text } }] as const,
  Authorization: (text: string) => ['/api/v1/validate', { headers: { Authorization: `Bearer ${text}` } }] as const,
  introspection: (token: string, asker: Readonly<Record<string, string>>) =>
    ['/oauth/introspect', { method: 'POST', body: new URLSearchParams({ ...asker, token }) }] as const,
}

/** One of them. */
export type Door = keyof typeof DOORS

/** All of them. */
export const DOOR_NAMES = ['X-API-KEY', 'Authorization', 'introspection'] as const satisfies readonly Door[]

/** Whether a text arrives by a door as what it is: no header carries some, and others lose their ends there. */
export const arrives = (door: Door, text: string): boolean => {
  if (door === 'introspection') return true
  try {
    return new Headers({ text }).get('text') === text
  } catch {
    return false
  }
}

const openTrap = async () => {
  const seen = { visits: 0 }
  const server = createServer((_request, response) => {
    seen.visits += 1
    response.setHeader('Content-Type', 'application/json').end(JSON.stringify(THIEFS_KEYS))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    seen,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async (): Promise<void> => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** A portal, every attack on its JWTs, and a server that sees whoever follows an address in one of them. */
export const hostileRoom = async () => {
  const world = await apiWorld()
  const trap = await openTrap()
  const { secret } = await world.client('max')
  const asker = { client_id: secret.clientId, client_secret: secret.clientSecret }

  const accessToken = async (): Promise<string> => {
    const issued = await world.tokens.issue(await world.as('mia'), personal())
    return issued.secret.type === 'access_token' ? issued.secret.accessToken : ''
  }
  const bearer = async (): Promise<string> => (await world.ask((await world.client()).credentials())).access_token

  const lootOf = async (purpose: KeyPurpose): Promise<Loot> => {
    const { keyRing } = world.oauthPorts
    const make = purpose === 'access' ? accessToken : bearer
    return {
      purpose,
      genuine: await make(),
      other: await make(),
      key: keyRing.signing(purpose),
      otherKey: keyRing.signing(purpose === 'access' ? 'bearer' : 'access'),
      now: world.clock.now(),
      trap: trap.url,
    }
  }
  const loot = { access: await lootOf('access'), bearer: await lootOf('bearer') }
  const table = { access: await hostileJwts(loot.access), bearer: await hostileJwts(loot.bearer) }

  /** Presents a text at a door; what came back, and whether it was taken for good. */
  const attempt = async (door: Door, text: string, app: App = world.app) => {
    const [path, init] = DOORS[door](text, asker)
    const response = await app.request(path, init, { origin: CAME_FROM })
    const said = await response.text()
    const accepted = response.status === 200 && !(door === 'introspection' && said === '{"active":false}')
    return { status: response.status, accepted }
  }

  /** What got through a door, and what broke it. */
  const attemptAll = async (door: Door, all: readonly Attack[], app?: App) => {
    const accepted: string[] = []
    const broken: string[] = []
    for (const { kind, name, text } of all.filter((attack) => arrives(door, attack.text))) {
      const answer = await attempt(door, text, app)
      if (answer.accepted) accepted.push(`${kind}: ${name}`)
      if (answer.status >= 500) broken.push(`${kind}: ${name}`)
    }
    return { accepted, broken }
  }

  return {
    world,
    loot,
    table,
    trap: trap.seen,
    accessToken,
    attempt,
    attemptAll,
    remove: async (): Promise<void> => {
      await trap.close()
      await world.remove()
    },
  }
}
