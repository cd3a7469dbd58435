import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ServedHere, serveHere } from '#server/served-here.fixture.ts'

const TOKEN = 'a-token-for-prometheus'

let served: ServedHere
beforeAll(async () => {
  served = await serveHere({ env: { LATCHKEY_METRICS_TOKEN: TOKEN } })
})
afterAll(() => served.stop().catch(() => undefined))

const scrape = async (authorization: string | undefined = `Bearer ${TOKEN}`, method = 'GET') =>
  fetch(`${served.url}/metrics`, { method, headers: authorization === undefined ? {} : { authorization } })

const lines = async (): Promise<readonly string[]> => (await (await scrape()).text()).split('\n')

const post = (path: string, form: Readonly<Record<string, string>>) =>
  fetch(`${served.url}${path}`, { method: 'POST', body: new URLSearchParams(form) })

const validate = (token: string) => fetch(`${served.url}/api/v1/validate`, { headers: { 'x-api-key': token } })

describe('/metrics', () => {
  it('is for those with the token', async () => {
    for (const authorization of ['', 'Bearer', `Bearer ${TOKEN}x`, TOKEN]) {
      const answer = await scrape(authorization)
      expect(answer.status).toBe(401)
      expect(answer.headers.get('www-authenticate')).toBe('Bearer')
      expect(await answer.text()).not.toContain('latchkey_')
    }
    expect((await scrape(undefined, 'POST')).status).toBe(405)
    const good = await scrape()
    expect(good.status).toBe(200)
    expect(good.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
  })

  it('counts what was asked, by kind, status, outcome and grant', async () => {
    const [token, client] = [await served.accessToken(), await served.client()]
    for (const text of [token, token, 'wrong']) await validate(text)
    const form = { client_id: client.id, client_secret: client.secret }
    const first = await (await post('/oauth/token', { ...form, grant_type: 'client_credentials' })).json()
    const { refresh_token } = first as { readonly refresh_token: string }
    await post('/oauth/token', { ...form, grant_type: 'refresh_token', refresh_token })
    await post('/oauth/token', { ...form, grant_type: 'password' })
    const told = await lines()
    for (const line of [
      'latchkey_requests_total{route="validate",status="200"} 2',
      'latchkey_requests_total{route="token",status="200"} 2',
      'latchkey_validations_total{outcome="good"} 2',
      'latchkey_validations_total{outcome="credential.invalid"} 1',
      'latchkey_refusals_total{plane="oauth",code="oauth.unsupported_grant_type"} 1',
      'latchkey_grants_total{grant="client_credentials"} 1',
      'latchkey_grants_total{grant="refresh_token"} 1',
      'latchkey_request_seconds_bucket{route="validate",le="+Inf"} 3',
      'latchkey_request_seconds_count{route="validate"} 3',
      'latchkey_cache_misses_total{cache="claims"} 2',
      'latchkey_ready 1',
      'latchkey_processes 1',
    ])
      expect(told).toContain(line)
  })

  it('tells of the state: caches, feed, keys, chores, process', async () => {
    await served.portal.runChores()
    const told = (await lines()).join('\n')
    for (const pattern of [
      /^latchkey_cache_entries\{cache="claims"\} 1$/m,
      /^latchkey_newest_change [1-9]\d*$/m,
      /^latchkey_signing_key_age_seconds\{purpose="access",algorithm="ES256"\} \d+$/m,
      /^latchkey_chore_done_until_seconds\{chore="keys\.tend"\} [1-9]\d+$/m,
      /^latchkey_operation_seconds_count\{operation="store\.write"\} [1-9]\d*$/m,
      /^latchkey_build_info\{version="\d+\.\d+\.\d+",node="v24\.[\d.]+"\} 1$/m,
      /^nodejs_eventloop_lag_p99_seconds /m,
      /^process_resident_memory_bytes /m,
    ])
      expect(told).toMatch(pattern)
  })

  it('has the same labels whatever is asked: no address, id or method that somebody made up', async () => {
    const series = async () =>
      (await lines()).filter((line) => /^latchkey_(?:requests|refusals|validations)/.test(line))
    const before = new Set((await series()).map((line) => line.replace(/ \d+$/, '')))
    for (let turn = 0; turn < 20; turn += 1) {
      await validate(`wrong-${turn}`)
      await post(`/oauth/token?x=${turn}`, { grant_type: `made-up-${turn}` })
      await fetch(`${served.url}/a/page-${turn}`)
    }
    const added = (await series()).map((line) => line.replace(/ \d+$/, '')).filter((line) => !before.has(line))
    expect(added.filter((line) => /\d{2,}"|made-up|wrong|page-/.test(line.replace(/status="\d+"/, '')))).toEqual([])
    expect(added.length).toBeLessThan(6)
  })

  it('answers while the store does not, and says so', async () => {
    await served.portal.close()
    const told = await lines()
    expect(told).toContain('latchkey_ready 0')
    expect(told.some((line) => line.startsWith('latchkey_signing_key_age_seconds{'))).toBe(false)
    expect(told.some((line) => line.startsWith('latchkey_newest_change '))).toBe(false)
  })
})

describe('without the settings', () => {
  it('nothing is measured, and the address is a page like any other', async () => {
    const plain = await serveHere()
    expect(await (await fetch(`${plain.url}/metrics`, { headers: { authorization: `Bearer ${TOKEN}` } })).text()).toBe(
      'page',
    )
    await plain.stop()
  })
})
