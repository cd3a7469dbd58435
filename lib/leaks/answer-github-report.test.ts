import { createHash } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type LeakWorld, leakWorld } from '#db/contract/leak-world.ts'
import { LIMITS } from '#lib/config/limits.ts'
import { formatSecret } from '#lib/keys/secret-text.ts'
import { answerGithubReport } from '#lib/leaks/answer-github-report.ts'
import { createGithubKeyRing } from '#lib/leaks/github-key-ring.ts'
import { githubBody, githubReporter } from '#lib/leaks/github-reporter.fixture.ts'

let world: LeakWorld
beforeEach(async () => {
  world = await leakWorld()
})
afterEach(() => world.remove())

const github = githubReporter()
const trace = { requestId: 'req-7', address: '192.0.2.30' }

const bytes = (text: string) => new TextEncoder().encode(text)
const hexOf = (text: string) => createHash('sha256').update(text).digest('hex')

const receive = (
  body: string,
  { signature = github.sign(body), keyId = github.keyId }: { signature?: string | undefined; keyId?: string } = {},
) => {
  const githubKeyRing = createGithubKeyRing({ read: async () => github.document }, world.clock)
  return answerGithubReport({ ...world.leakPorts, githubKeyRing })({ body: bytes(body), keyId, signature, trace })
}

describe('a report of GitHub', () => {
  it('acts on what is ours and says so, without a word of the secret', async () => {
    const { token, text } = await world.accessToken()
    const client = await world.client()
    const foreign = formatSecret('lks_', new Uint8Array(32).fill(9))
    const feedback = await receive(githubBody(text, foreign, client.secret.clientSecret))
    expect(feedback).toEqual([
      { token_hash: hexOf(text), token_type: 'latchkey_secret', label: 'true_positive' },
      { token_hash: hexOf(foreign), token_type: 'latchkey_secret', label: 'false_positive' },
      { token_hash: hexOf(client.secret.clientSecret), token_type: 'latchkey_secret', label: 'true_positive' },
    ])
    expect(await world.saysOfKey(text)).toBe('token.revoked')
    const leaks = await world.leaks()
    expect(leaks.map(({ targetId }) => targetId).sort()).toEqual([token.id, client.token.id].sort())
    expect(leaks[0]).toMatchObject({
      actorId: 'github',
      address: '192.0.2.30',
      details: { source: 'github', foundAt: 'https://github.com/o/r/blob/1/.env' },
    })
  })

  it('that is replayed does nothing new and says the same', async () => {
    const { text } = await world.accessToken()
    const body = githubBody(text)
    const first = await receive(body)
    expect(await receive(body)).toEqual(first)
    expect(await world.leaks()).toHaveLength(1)
  })

  it('is signed over its bytes: the same JSON in other words is not what was signed', async () => {
    const { text } = await world.accessToken()
    const body = githubBody(text)
    const rewritten = JSON.stringify(JSON.parse(body))
    expect(rewritten).not.toBe(body)
    // A receiver that signed-checks what it has written again would take the second and refuse the first.
    await expect(receive(body, { signature: github.sign(rewritten) })).rejects.toMatchObject({
      code: 'leak_report.signature',
    })
    expect(await world.saysOfKey(text)).toBe('good')
    expect(await receive(body)).toMatchObject([{ label: 'true_positive' }])
  })

  it.each([
    ['no signature', () => ({ signature: undefined })],
    ['an empty one', () => ({ signature: '' })],
    ['one of another body', () => ({ signature: github.sign('[]') })],
    ['one by another key', (body: string) => ({ signature: githubReporter().sign(body) })],
    ['one that is no base64', () => ({ signature: '****' })],
    ['zeros', () => ({ signature: Buffer.alloc(70).toString('base64') })],
    ['r = s = 0', () => ({ signature: Buffer.from('3006020100020100', 'hex').toString('base64') })],
    ['a very long one', () => ({ signature: 'A'.repeat(10_000) })],
    ['an unknown key', () => ({ keyId: 'key-2' })],
    ['a key with a name of objects', () => ({ keyId: '__proto__' })],
  ])('with %s is refused, and nothing is done', async (_, given) => {
    const { text } = await world.accessToken()
    const body = githubBody(text)
    const sent = given(body)
    const githubKeyRing = createGithubKeyRing({ read: async () => github.document }, world.clock)
    const asked = { body: bytes(body), keyId: github.keyId, signature: github.sign(body), trace, ...sent }
    await expect(answerGithubReport({ ...world.leakPorts, githubKeyRing })(asked)).rejects.toMatchObject({
      code: 'leak_report.signature',
    })
    expect(await world.saysOfKey(text)).toBe('good')
  })

  it.each(['', 'null', '{}', '[5]', '[{"token":5,"type":"x"}]', '[{"type":"x"}]', '[{"token":"x"}', '\u0000'])(
    'that says %j is malformed',
    async (body) => {
      await expect(receive(body)).rejects.toMatchObject({ code: 'request.malformed' })
    },
  )

  it('may lack an address, and hold more than we know of', async () => {
    const body = JSON.stringify([
      { token: 'x', type: 't', url: '', source: 'npm', more: 1 },
      { token: 'y', type: 't', url: null },
      { token: 'z', type: 't' },
    ])
    expect((await receive(body)).map(({ label }) => label)).toEqual(Array(3).fill('false_positive'))
    expect(await receive('[]')).toEqual([])
  })

  it('has a bound', async () => {
    const many = (count: number) => JSON.stringify(Array.from({ length: count }, () => ({ token: 'x', type: 't' })))
    expect(await receive(many(LIMITS.githubMatches))).toHaveLength(LIMITS.githubMatches)
    await expect(receive(many(LIMITS.githubMatches + 1))).rejects.toMatchObject({ code: 'request.too_large' })
  })

  it('is not taken at all where no keys are set', async () => {
    const answer = answerGithubReport({ ...world.leakPorts, githubKeyRing: undefined })
    const body = githubBody('x')
    await expect(
      answer({ body: bytes(body), keyId: 'key-1', signature: github.sign(body), trace }),
    ).rejects.toMatchObject({ code: 'resource.not_found' })
  })

  it('is no answer when the keys cannot be read', async () => {
    const githubKeyRing = createGithubKeyRing({ read: () => Promise.reject(new Error('away')) }, world.clock)
    const body = githubBody('x')
    const asked = { body: bytes(body), keyId: 'key-1', signature: github.sign(body), trace }
    await expect(answerGithubReport({ ...world.leakPorts, githubKeyRing })(asked)).rejects.toMatchObject({
      code: 'leak_report.keys',
    })
  })
})
