import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type LeakWorld, leakWorld } from '#db/contract/leak-world.ts'
import { changesOf } from '#db/contract/read-records.ts'
import { account, START } from '#db/contract/token-fixture.ts'
import { formatSecret } from '#lib/keys/secret-text.ts'
import { LEAK_ACTOR_ID, LEAK_PAUSE_REASON } from '#lib/leaks/decide-leak.ts'
import { LEAK_REACTIONS } from '#lib/tenants/change-settings.ts'
import { DAY_SECONDS, HOUR_SECONDS } from '#lib/time/duration.ts'

let world: LeakWorld
beforeEach(async () => {
  world = await leakWorld()
})
afterEach(() => world.remove())

const find = async (tokenId: string) => {
  const token = await world.ports.tokenStore.find('acme', tokenId)
  if (!token) throw new Error('there is no such token')
  return token
}

const codeOf = (asked: Promise<unknown>) =>
  asked.then(
    () => 'good',
    (thrown: { readonly code?: string }) => thrown.code,
  )

it('meets the reaction that is set by now', async () => {
  for (const reaction of LEAK_REACTIONS) {
    await world.react(reaction)
    const { text } = await world.accessToken('mia', { name: reaction })
    expect(await world.report(text)).toEqual({ recognised: 1, reaction })
  }
  expect(new Set((await world.leaks()).map(({ details }) => details['reaction']))).toEqual(new Set(LEAK_REACTIONS))
})

describe('an access token that was found', () => {
  it('is refused from the next request on, in every process, and its token says why', async () => {
    const { token, text } = await world.accessToken()
    const other = await world.otherProcess()
    await other.verdict.validate({
      presented: { header: 'x-api-key', text },
      permissions: [],
      audience: undefined,
      address: undefined,
      agent: undefined,
    })
    expect(await world.saysOfKey(text)).toBe('good')
    expect(await world.report(text)).toEqual({ recognised: 1, reaction: 'revoke' })
    expect(await world.saysOfKey(text)).toBe('token.revoked')
    await world.settled()
    const asked = { permissions: [], audience: undefined, address: undefined, agent: undefined }
    await expect(other.verdict.validate({ presented: { header: 'x-api-key', text }, ...asked })).rejects.toMatchObject({
      code: 'token.revoked',
    })
    expect((await find(token.id)).revoked).toEqual({ at: START, by: LEAK_ACTOR_ID, reason: 'leaked' })
    expect(await changesOf(world.connection)).toEqual([`token acme/${token.id}`])
  })

  it('is recorded by its id, with who told it and where it was, and never by its text', async () => {
    const { token, text } = await world.accessToken()
    const [credential] = await world.ports.tokenStore.credentials('acme', token.id)
    await world.report(`LATCHKEY_TOKEN="${text}"`, 'api', `https://paste.example/?q=${text}&page=2`)
    const [event, ...more] = await world.leaks()
    expect(more).toEqual([])
    expect(event).toMatchObject({
      at: START,
      actorKind: 'anonymous',
      targetKind: 'token',
      targetId: token.id,
      targetName: 'nightly',
      requestId: 'req-7',
      address: '198.51.100.9',
      details: {
        context: 'user',
        type: 'access_token',
        credential: 'access_jwt',
        credentialId: credential?.id,
        source: 'api',
        foundAt: 'https://paste.example/?q=[credential]&page=2',
        reaction: 'revoke',
        done: 'token_stopped',
      },
    })
    expect(event?.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(JSON.stringify(event)).not.toContain(text)
  })

  it('that is reported by GitHub says so', async () => {
    const { text } = await world.accessToken()
    await world.report(text, 'github')
    expect((await world.leaks())[0]).toMatchObject({ actorKind: 'anonymous', actorId: 'github' })
  })

  it('is one of its own account alone', async () => {
    const { token, text } = await world.accessToken('gus')
    const mine = await world.accessToken('mia')
    await world.report(text)
    expect(await world.leaks()).toEqual([])
    expect(await world.leaks('globex')).toMatchObject([{ targetId: token.id }])
    expect(await world.saysOfKey(mine.text)).toBe('good')
  })
})

describe('a client secret that was found', () => {
  it('is good for nothing any more, and neither is what it was exchanged for', async () => {
    const client = await world.client()
    const first = await world.ask(client.credentials())
    await world.report(client.secret.clientSecret)
    expect(await codeOf(world.ask(client.credentials()))).toBe('oauth.invalid_client')
    expect(await codeOf(world.ask(client.refresh(first.refresh_token)))).toBe('oauth.invalid_client')
    expect(await world.saysOfBearer(first.access_token)).toBe('token.revoked')
    expect(await world.leaks()).toMatchObject([{ details: { credential: 'client_secret', done: 'token_stopped' } }])
  })

  it('of a rotation under way ends now, and the other one stays', async () => {
    const client = await world.client()
    const fromOld = await world.ask(client.credentials())
    const rotated = await world.tokens.rotate(await world.as('mia'), client.token.id, { overlapSeconds: DAY_SECONDS })
    if (rotated.secret.type !== 'client_credentials') throw new TypeError('these are no client credentials')
    const fresh = { ...client.credentials(), client_secret: rotated.secret.clientSecret }
    await world.report(client.secret.clientSecret)
    expect(await codeOf(world.ask(client.credentials()))).toBe('oauth.invalid_client')
    expect(await world.saysOfBearer(fromOld.access_token)).toBe('token.revoked')
    const answer = await world.ask(fresh)
    expect(await world.saysOfBearer(answer.access_token)).toBe('good')
    expect((await find(client.token.id)).revoked).toBeNull()
    expect(await world.leaks()).toMatchObject([{ details: { done: 'credential_ended' } }])
    await world.report(client.secret.clientSecret)
    expect(await world.leaks()).toHaveLength(1)
    expect(await world.saysOfBearer(answer.access_token)).toBe('good')
  })

  it('that replaces another takes the token with it', async () => {
    const client = await world.client()
    const rotated = await world.tokens.rotate(await world.as('mia'), client.token.id, { overlapSeconds: HOUR_SECONDS })
    if (rotated.secret.type !== 'client_credentials') throw new TypeError('these are no client credentials')
    await world.report(rotated.secret.clientSecret)
    expect(await codeOf(world.ask(client.credentials()))).toBe('oauth.invalid_client')
  })
})

describe('what came of an exchange', () => {
  it.each(['access_token', 'refresh_token'] as const)('ends with its family when its %s was found', async (part) => {
    const client = await world.client()
    const found = await world.ask(client.credentials())
    const other = await world.ask(client.credentials())
    await world.report(found[part])
    expect(await world.saysOfBearer(found.access_token)).toBe('token.revoked')
    expect(await codeOf(world.ask(client.refresh(found.refresh_token)))).toBe('oauth.invalid_grant')
    expect(await world.saysOfBearer(other.access_token)).toBe('good')
    expect(await codeOf(world.ask(client.credentials()))).toBe('good')
    expect((await find(client.token.id)).revoked).toBeNull()
    const kind = part === 'access_token' ? 'bearer_jwt' : 'refresh_token'
    expect(await world.leaks()).toMatchObject([{ details: { credential: kind, done: 'family_ended' } }])
    for (const text of [found.access_token, found.refresh_token]) await world.report(text)
    expect(await world.leaks()).toHaveLength(1)
  })

  it('ends whatever the reaction: the secret itself was not found', async () => {
    await world.react('tell')
    const client = await world.client()
    const found = await world.ask(client.credentials())
    await world.report(found.access_token)
    expect(await world.saysOfBearer(found.access_token)).toBe('token.revoked')
  })

  it('is not ended a second time when everybody has forgotten that it was', async () => {
    const client = await world.client()
    const found = await world.ask(client.credentials())
    await world.revoke(client.about(found.refresh_token))
    world.advance(2 * DAY_SECONDS)
    const { connection } = world
    await connection.atomically((tx) => [
      { label: 'forgotten', rows: tx.delete(connection.schema.endedFamilies).returning(), expect: 1 },
    ])
    expect(await world.report(found.refresh_token)).toEqual({ recognised: 1, reaction: 'revoke' })
    expect(await world.leaks()).toEqual([])
  })
})

describe('an environment that pauses', () => {
  beforeEach(async () => {
    await world.react('pause')
  })

  it('stops the token until the strongest role lets it go on', async () => {
    const { token, text } = await world.accessToken('adam', account())
    expect(await world.report(text)).toEqual({ recognised: 1, reaction: 'pause' })
    expect(await world.saysOfKey(text)).toBe('token.paused')
    expect((await find(token.id)).paused).toEqual({ at: START, by: LEAK_ACTOR_ID, level: 0, reason: LEAK_PAUSE_REASON })
    const resume = async (who: 'adam' | 'olga') => world.tokens.resume(await world.as(who), token.id)
    expect(await codeOf(resume('adam'))).toBe('access.too_strong')
    await resume('olga')
    expect(await world.saysOfKey(text)).toBe('good')
    // Somebody finds it again.
    await world.report(text)
    expect(await world.saysOfKey(text)).toBe('token.paused')
    expect(await world.leaks()).toHaveLength(2)
  })

  it('ends what it was exchanged for, so that resuming brings no thief back', async () => {
    const client = await world.client('olga')
    const stolen = await world.ask(client.credentials())
    await world.report(client.secret.clientSecret)
    await world.tokens.resume(await world.as('olga'), client.token.id)
    expect(await world.saysOfBearer(stolen.access_token)).toBe('token.revoked')
    expect(await codeOf(world.ask(client.refresh(stolen.refresh_token)))).toBe('oauth.invalid_grant')
  })

  it('takes a pause by a person over', async () => {
    const { token, text } = await world.accessToken()
    await world.tokens.pause(await world.as('mia'), token.id, 'holiday')
    await world.report(text)
    expect(await codeOf(world.tokens.resume(await world.as('mia'), token.id))).toBe('access.too_strong')
  })
})

describe('an environment that tells', () => {
  it('records it once for each state of the token, and leaves it working', async () => {
    await world.react('tell')
    const { token, text } = await world.accessToken()
    for (let time = 0; time < 3; time += 1)
      expect(await world.report(text)).toEqual({ recognised: 1, reaction: 'tell' })
    expect(await world.saysOfKey(text)).toBe('good')
    expect(await world.leaks()).toMatchObject([{ details: { reaction: 'tell', done: 'told' } }])
    await world.tokens.edit(await world.as('mia'), token.id, { name: 'renamed' })
    await world.report(text)
    expect(await world.leaks()).toHaveLength(2)
    await world.react('revoke')
    await world.report(text)
    expect(await world.saysOfKey(text)).toBe('token.revoked')
  })
})

describe('a report', () => {
  it('again, also by many at once in two processes, changes nothing and answers the same', async () => {
    const { token, text } = await world.accessToken()
    const other = await world.otherReporter()
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) => (index % 2 === 0 ? world : other).report(text)),
    )
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
    const { version } = await find(token.id)
    world.advance(DAY_SECONDS)
    expect(await world.report(text)).toEqual(answers[0])
    expect(await world.leaks()).toHaveLength(1)
    expect((await find(token.id)).version).toBe(version)
  })

  it.each(['revoked', 'expired', 'rotated away'])('of a credential that was %s is thanked for alike', async (how) => {
    const { token, text } = await world.accessToken('mia', { expiry: { kind: 'after', seconds: 60 } })
    const mia = await world.as('mia')
    if (how === 'revoked') await world.tokens.revoke(mia, token.id)
    if (how === 'expired') world.advance(60)
    if (how === 'rotated away') await world.tokens.rotate(mia, token.id, { overlapSeconds: 0 })
    const before = await find(token.id)
    expect(await world.report(text)).toEqual({ recognised: 1, reaction: 'revoke' })
    expect(await find(token.id)).toEqual(before)
    expect(await world.leaks()).toEqual([])
  })

  it('may hold many credentials among other words, each counted once', async () => {
    const one = await world.accessToken()
    const client = await world.client()
    const text = `# .env of the old server\nKEY='${one.text}'\nexport SECRET=${client.secret.clientSecret}\n${one.text}.`
    expect(await world.report(text)).toEqual({ recognised: 2, reaction: 'revoke' })
    expect(await world.saysOfKey(one.text)).toBe('token.revoked')
    expect(await codeOf(world.ask(client.credentials()))).toBe('oauth.invalid_client')
  })

  it('of what only looks like one of ours does nothing', async () => {
    const { text } = await world.accessToken()
    const [head, body, signature = ''] = text.split('.')
    const unknown = formatSecret('lks_', new Uint8Array(32).fill(7))
    const nothing = [
      'hello',
      unknown,
      `${unknown.slice(0, -1)}${unknown.endsWith('x') ? 'y' : 'x'}`,
      formatSecret('lkr_', new Uint8Array(32)),
      `${head}.${body}.${signature.slice(0, -2)}${signature.endsWith('AA') ? 'BA' : 'AA'}`,
      `${head}.${body}.`,
      'eyJhbGciOiJub25lIn0.e30.',
    ]
    for (const garbage of nothing) expect(await world.report(garbage)).toEqual({ recognised: 0, reaction: 'revoke' })
    expect(await world.saysOfKey(text)).toBe('good')
    expect(await changesOf(world.connection)).toEqual([])
  })

  it('of a token whose rows are gone recognises nothing', async () => {
    const { token, text } = await world.accessToken()
    const { connection } = world
    await connection.atomically((tx) => [
      { label: 'credentials', rows: tx.delete(connection.schema.credentials).returning(), expect: 'any' },
    ])
    expect(await world.report(text)).toEqual({ recognised: 0, reaction: 'revoke' })
    expect((await find(token.id)).revoked).toBeNull()
  })
})
