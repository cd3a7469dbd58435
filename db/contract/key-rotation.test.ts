import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { accessJwt, type KeyWorld, keyWorld, OPERATOR, verdictOn } from '#db/contract/key-world.ts'
import { auditOf } from '#db/contract/read-records.ts'
import { loadKeyRing } from '#lib/keys/key-ring.ts'
import { JWKS_CACHE_SECONDS } from '#lib/keys/key-times.ts'
import { type KeyPurpose, SIGNING_ALGORITHMS } from '#lib/keys/signing-key.ts'
import { DAY_SECONDS, HOUR_SECONDS, MINUTE_SECONDS } from '#lib/time/duration.ts'

let world: KeyWorld
let other: Awaited<ReturnType<KeyWorld['otherProcess']>>
beforeEach(async () => {
  world = await keyWorld()
  other = await world.otherProcess()
})
afterEach(() => world.remove())

const DEAF = { commitMark: () => 1, newest: () => 0, after: () => [] }

const rotateEvery = async (seconds: number) => {
  const { environment } = world.connection.schema
  const rows = (tx: Parameters<Parameters<typeof world.connection.atomically>[0]>[0]) =>
    tx.update(environment).set({ keyRotationSeconds: seconds }).returning()
  await world.connection.atomically((tx) => [{ label: 'rotation', rows: rows(tx), expect: 1 }])
}

/** What others know of the keys at a moment: an API that remembers JWKS, a process that hears no change. */
const bystanders = async () => {
  const remembered = createLocalJWKSet((await world.oauth.keys()) as JSONWebKeySet)
  const deaf = await loadKeyRing({ ...world.ports, keyStore: world.keyStore, changeFeed: DEAF })
  return async (jwt: string): Promise<boolean> => {
    const currentDate = new Date(world.clock.now() * 1000)
    const known = await jwtVerify(jwt, remembered, { currentDate }).catch(() => undefined)
    return known !== undefined && deaf.verifying(world.kidOf(jwt)) !== undefined
  }
}

/** Signs in both processes while `change` goes on, the bystanders' memory as old as it may be; who was refused what. */
const underLoad = async (turns: number, change: (turn: number) => Promise<unknown>) => {
  const client = await world.client('mia')
  const seen = new Set<string>()
  const refused: string[] = []
  for (let turn = 0; turn < turns; turn += 1) {
    const isKnownToOthers = await bystanders()
    world.advance(JWKS_CACHE_SECONDS)
    const before = await world.ask(client.credentials())
    await change(turn)
    await world.settled()
    for (const process of [other, world]) {
      const { access_token: jwt } = await process.ask(client.credentials())
      seen.add(world.kidOf(jwt))
      if (!(await isKnownToOthers(jwt))) refused.push('bystander')
      for (const each of [world, other])
        for (const text of [jwt, before.access_token])
          if ((await verdictOn(each, text, 'bearer')) !== 'good') refused.push('process')
    }
    world.advance(15 * MINUTE_SECONDS)
  }
  return { seen, refused }
}

describe('rotations under load', () => {
  it('by the schedule refuse nothing valid, whoever tends the keys and whatever others remember', async () => {
    await rotateEvery(4 * HOUR_SECONDS)
    const tend = (turn: number) => (turn % 2 === 0 ? world : other).keys.tend()
    const { seen, refused } = await underLoad(48, tend)
    expect(refused).toEqual([])
    expect(seen.size).toBeGreaterThanOrEqual(4)
  })

  it('by command refuse nothing valid either, from one algorithm to the next', async () => {
    await rotateEvery(0)
    const { seen, refused } = await underLoad(18, async (turn) => {
      const algorithm = SIGNING_ALGORITHMS[(turn / 6 + 1) % 3]
      if (algorithm) await world.keys.rotate(OPERATOR, { purpose: 'bearer', algorithm, atOnce: false })
      await other.keys.tend()
    })
    expect(refused).toEqual([])
    expect(seen.size).toBe(4)
  })

  it('without a lead are refused by those who remember, and by them alone (saboteur)', async () => {
    const { refused } = await underLoad(2, () => world.keys.rotate(OPERATOR, { purpose: 'bearer', atOnce: true }))
    expect(refused).toEqual(['bystander', 'bystander', 'bystander', 'bystander'])
  })
})

const kidsOf = async (purpose: KeyPurpose) =>
  (await world.keyStore.list()).filter((key) => key.purpose === purpose).map(({ kid }) => kid)

describe('the end of a key', () => {
  it('of access JWTs comes when the last of them has ended, years later if need be', async () => {
    await rotateEvery(90 * DAY_SECONDS)
    const { token, text } = await accessJwt(world, 'mia')
    const kid = world.kidOf(text)
    for (let day = 0; day < 400; day += 10) {
      world.advance(10 * DAY_SECONDS)
      await world.keys.tend()
      await world.settled()
      expect(await verdictOn(other, text)).toBe('good')
    }
    expect((await kidsOf('access')).length).toBeGreaterThan(1)
    await world.tokens.revoke(await world.as('mia'), token.id)
    await world.keys.tend()
    expect(await kidsOf('access')).not.toContain(kid)
    expect(await auditOf(world.connection, '*')).toContain(`signing_key.removed ${kid}`)
  })

  it('of bearer JWTs comes when they have all run out', async () => {
    const [former] = await kidsOf('bearer')
    await world.keys.rotate(OPERATOR, { purpose: 'bearer', atOnce: true })
    world.advance(DAY_SECONDS)
    await world.keys.tend()
    expect(await kidsOf('bearer')).toContain(former)
    world.advance(HOUR_SECONDS)
    await world.keys.tend()
    expect(await kidsOf('bearer')).not.toContain(former)
  })
})

describe('a rotation by command', () => {
  const rotate = (algorithm?: 'ES256' | 'RS256' | 'EdDSA', atOnce = false) =>
    world.keys.rotate(OPERATOR, { purpose: 'access', atOnce, ...(algorithm ? { algorithm } : {}) })

  it('publishes first and says from when the key signs; repeated, it makes no second', async () => {
    const first = await rotate()
    expect(first.activatesAt).toBe(world.clock.now() + HOUR_SECONDS)
    expect(await rotate()).toEqual(first)
    expect((await world.oauth.keys()).keys.map(({ kid }) => kid)).toContain(first.kid)
    expect(world.kidOf((await accessJwt(world, 'mia')).text)).not.toBe(first.kid)
    world.advance(HOUR_SECONDS)
    await other.keys.tend()
    await world.settled()
    expect(world.kidOf((await accessJwt(world, 'mia')).text)).toBe(first.kid)
  })

  it('changes its mind about the algorithm: what was next leaves, and the purpose keeps the new one', async () => {
    const rsa = await rotate('RS256')
    const eddsa = await rotate('EdDSA', true)
    expect(await kidsOf('access')).not.toContain(rsa.kid)
    expect(eddsa).toMatchObject({ algorithm: 'EdDSA', activatesAt: undefined })
    expect(await rotate()).toMatchObject({ algorithm: 'EdDSA' })
  })

  it('leaves keys of all algorithms good side by side, in each process and for whoever reads JWKS', async () => {
    const jwts: string[] = []
    for (const algorithm of SIGNING_ALGORITHMS) {
      await rotate(algorithm, true)
      jwts.push((await accessJwt(world, 'mia')).text)
    }
    await world.settled()
    const known = await bystanders()
    for (const [index, jwt] of jwts.entries()) {
      const header = JSON.parse(Buffer.from(jwt.split('.')[0] ?? '', 'base64url').toString())
      expect(header).toMatchObject({ alg: SIGNING_ALGORITHMS[index], kid: expect.any(String) })
      for (const process of [world, other]) expect(await verdictOn(process, jwt)).toBe('good')
      expect(await known(jwt)).toBe(true)
      expect(header.alg === 'RS256' || jwt.length <= 640).toBe(true)
    }
    const { keys } = await world.oauth.keys()
    expect(new Set(keys.map(({ kid }) => kid)).size).toBe(keys.length)
    for (const key of keys)
      for (const secret of ['d', 'p', 'q', 'dp', 'dq', 'qi']) expect(key).not.toHaveProperty(secret)
  })
})
