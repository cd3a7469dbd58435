import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type OAuthWorld, oauthWorld } from '#db/contract/oauth-world.ts'
import { account } from '#db/contract/token-fixture.ts'
import { createStandingStore } from '#db/standing-store.ts'
import type { ChangeFeed } from '#lib/changes/change.ts'
import { MEMORY_AGE } from '#lib/changes/memory-age.ts'
import { PortalError } from '#lib/errors/portal-error.ts'
import { keyRequest } from '#lib/verdict/key-request.fixture.ts'
import { createValidation } from '#lib/verdict/validate.ts'

/** The feed of a node that has lost its news, and does not know yet. */
const DEAF: ChangeFeed = {
  commitMark: () => {
    if (isTooOld) throw new PortalError('store.unavailable')
    return 1
  },
  newest: () => 0,
  after: () => [],
}

let world: OAuthWorld
let reads: number
let isStoreGone: boolean
let isTooOld: boolean
let hangs: Promise<void> | undefined
let verdict: ReturnType<typeof createValidation>
beforeEach(async () => {
  world = await oauthWorld()
  reads = 0
  isStoreGone = false
  isTooOld = false
  hangs = undefined
  const stored = createStandingStore(world.connection)
  const standingStore = {
    find: async (tenantId: string, id: string) => {
      reads += 1
      if (hangs) await hangs
      if (isStoreGone) throw new PortalError('store.unavailable')
      return stored.find(tenantId, id)
    },
  }
  verdict = createValidation({ ...world.oauthPorts, standingStore, changeFeed: DEAF })
})
afterEach(() => world.remove())

const textOf = ({ secret }: Awaited<ReturnType<OAuthWorld['tokens']['issue']>>): string => {
  if (secret.type !== 'access_token') throw new TypeError('this is no access token')
  return secret.accessToken
}
const validate = (text: string) => verdict.validate(keyRequest(text))

/** A token that was validated here, and the JWT that a rotation elsewhere made of it since. */
const rotatedElsewhere = async (): Promise<string> => {
  const adam = await world.as('adam')
  const issued = await world.tokens.issue(adam, account())
  await validate(textOf(issued))
  const rotated = await world.tokens.rotate(adam, issued.token.id)
  reads = 0
  return textOf(rotated)
}

describe('a JWT that is newer than what is remembered of its token', () => {
  it('is looked for in the store, once', async () => {
    const text = await rotatedElsewhere()
    for (let asked = 0; asked < 3; asked += 1) await expect(validate(text)).resolves.toBeDefined()
    expect(reads).toBe(1)
  })

  it('is not looked for any more once it is too old to be unheard of: nobody makes us read by what was removed', async () => {
    const text = await rotatedElsewhere()
    await world.raw.run('delete from credentials')
    await expect(validate(text)).rejects.toMatchObject({ code: 'credential.invalid' })
    world.advance(120)
    reads = 0
    await expect(validate(text)).rejects.toMatchObject({ code: 'credential.invalid' })
    expect(reads).toBe(0)
  })
})

describe('a token that was last read too long ago, while the store cannot be asked', () => {
  const UNAVAILABLE = { code: 'store.unavailable' }

  /** A token that was validated once, so many seconds before the store went. */
  const readBefore = async (seconds: number): Promise<string> => {
    const text = textOf(await world.tokens.issue(await world.as('adam'), account()))
    await validate(text)
    const { now } = performance
    vi.spyOn(performance, 'now').mockImplementation(() => now.call(performance) + seconds * 1000)
    // Until the caches look at their clock again.
    await delay(MEMORY_AGE.ttlResolution + 5)
    isStoreGone = true
    return text
  }

  it('is good for as long as the feed is, and read again once that is possible', async () => {
    const text = await readBefore(61)
    await expect(validate(text)).resolves.toBeDefined()
    isTooOld = true
    await expect(validate(text)).rejects.toMatchObject(UNAVAILABLE)
    isTooOld = false
    isStoreGone = false
    reads = 0
    await expect(validate(text)).resolves.toBeDefined()
    expect(reads).toBe(1)
  })

  it('is good while the store hangs, for all who ask of it at once, and one of them reads', async () => {
    const text = await readBefore(61)
    const { promise, resolve } = Promise.withResolvers<void>()
    hangs = promise
    isStoreGone = false
    reads = 0
    await expect(Promise.all([validate(text), validate(text), validate(text)])).resolves.toHaveLength(3)
    await expect(validate(text)).resolves.toBeDefined()
    expect(reads).toBe(1)
    isTooOld = true
    await expect(validate(text)).rejects.toMatchObject(UNAVAILABLE)
    isTooOld = false
    hangs = undefined
    resolve()
    await expect(validate(text)).resolves.toBeDefined()
  })

  it('is unknown after another minute, and so is one that nobody has read', async () => {
    const other = textOf(await world.tokens.issue(await world.as('adam'), account()))
    await expect(validate(await readBefore(121))).rejects.toMatchObject(UNAVAILABLE)
    await expect(validate(other)).rejects.toMatchObject(UNAVAILABLE)
  })
})
