import { setImmediate } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type OAuthWorld, oauthWorld } from '#db/contract/oauth-world.ts'
import { account } from '#db/contract/token-fixture.ts'
import { createStandingStore } from '#db/standing-store.ts'
import type { ChangeFeed } from '#lib/changes/change.ts'
import { keyRequest } from '#lib/verdict/key-request.fixture.ts'
import { createValidation } from '#lib/verdict/validate.ts'

let world: OAuthWorld
beforeEach(async () => {
  world = await oauthWorld()
})
afterEach(() => world.remove())

/** The feed of a node that has heard of nothing yet. */
const DEAF: ChangeFeed = { commitMark: () => 1, newest: () => 0, after: () => [] }

/** A verdict over a store whose readings end when they are told to, after they have read. */
const slowVerdict = (changeFeed: ChangeFeed = world.connection.feed) => {
  const stored = createStandingStore(world.connection)
  const waiting: (() => void)[] = []
  const seen = { reads: 0, isSlow: true }
  const standingStore = {
    find: async (tenantId: string, id: string) => {
      seen.reads += 1
      const found = await stored.find(tenantId, id)
      if (seen.isSlow) await new Promise<void>((go) => waiting.push(go))
      return found
    },
  }
  const verdict = createValidation({ ...world.oauthPorts, standingStore, changeFeed })
  const validate = (text: string) => verdict.validate(keyRequest(text))
  const untilRead = async (): Promise<void> => {
    while (waiting.length === 0) await new Promise((done) => setTimeout(done, 1))
  }
  const letGo = (): void => {
    seen.isSlow = false
    for (const go of waiting.splice(0)) go()
  }
  return { validate, seen, untilRead, letGo }
}

const issued = async () => {
  const adam = await world.as('adam')
  const { token, secret } = await world.tokens.issue(adam, account())
  if (secret.type !== 'access_token') throw new TypeError('this is no access token')
  const rotate = async (): Promise<string> => {
    const rotated = await world.tokens.rotate(adam, token.id)
    if (rotated.secret.type !== 'access_token') throw new TypeError('this is no access token')
    return rotated.secret.accessToken
  }
  return { text: secret.accessToken, revoke: () => world.tokens.revoke(adam, token.id), rotate }
}

// Until a request has joined a reading: a look at the feed is taken at the end of a turn.
const untilJoined = async (): Promise<void> => {
  await setImmediate()
  await setImmediate()
}

it('of a token that nobody knows here serves all who ask for it meanwhile', async () => {
  const { text } = await issued()
  const { validate, seen, untilRead, letGo } = slowVerdict()
  const asked = [validate(text), validate(text), validate(text)]
  await untilRead()
  letGo()
  await expect(Promise.all(asked)).resolves.toHaveLength(3)
  expect(seen.reads).toBe(1)
})

it('that began before a revocation is nobody’s answer who asked after it', async () => {
  const { text, revoke } = await issued()
  const { validate, untilRead, letGo } = slowVerdict()
  const before = validate(text)
  await untilRead()
  await revoke()
  await world.settled()
  const after = validate(text)
  await untilJoined()
  letGo()
  await expect(after).rejects.toMatchObject({ code: 'token.revoked' })
  // Asked before it: its answer was under way.
  await expect(before).resolves.toBeDefined()
})

it('that began before a rotation elsewhere refuses nobody who presents the new credential: they have it read once more', async () => {
  const { text, rotate } = await issued()
  const { validate, seen, untilRead, letGo } = slowVerdict(DEAF)
  const before = validate(text)
  await untilRead()
  const newer = await rotate()
  const after = [validate(newer), validate(newer)]
  await untilJoined()
  letGo()
  await expect(Promise.all([before, ...after])).resolves.toHaveLength(3)
  expect(seen.reads).toBe(2)
})
