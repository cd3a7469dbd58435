import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readConfig } from '#lib/config/env.ts'
import { DAY_SECONDS } from '#lib/time/duration.ts'
import type { TokenRow } from '#lib/tokens/list-tokens.ts'
import { composeDemo, type Demo } from '#server/demo/compose-demo.ts'
import { demoEnvironment } from '#server/demo/demo-environment.ts'
import { PEOPLE, type PersonKey } from '#server/demo/demo-people.ts'

const NOW = Date.UTC(2026, 5, 17, 15) / 1000
const clock = { now: () => NOW }
const STATES = ['active', 'expiring', 'expired', 'paused', 'revoked'] as const

let folder: string
let demo: Demo
let startedInMs: number
const config = () => readConfig(demoEnvironment({ DATABASE_URL: `file:${join(folder, 'latchkey.db')}` }))
const timed = async () => {
  const begun = performance.now()
  const made = await composeDemo(config(), { clock })
  startedInMs = performance.now() - begun
  return made
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-demo-'))
  demo = await timed()
})
afterAll(async () => {
  await demo.close()
  rmSync(folder, { recursive: true, force: true })
})

const trace = { requestId: 'r', address: '192.0.2.1', agent: 'test' }
const signIn = async (key: PersonKey) => {
  const { email } = PEOPLE[key]
  const browser = { sid: undefined, known: undefined }
  const { sid } = await demo.signIn.signInWithPassword({ email, password: demo.demoPassword, browser, trace })
  const person = await demo.signIn.findPerson(sid)
  if (!person) throw new Error(`${key} was not signed in`)
  return person
}
const as = async (key: PersonKey, slug: string) =>
  demo.access.findPrincipal({ person: await signIn(key), tenant: { slug }, trace })
const tokensOf = async (key: PersonKey, slug: string, context: 'user' | 'tenant'): Promise<readonly TokenRow[]> => {
  const { rows } = await demo.tokens.list(await as(key, slug), {
    context,
    owner: 'everyone',
    states: [...STATES],
    limit: 200,
  })
  return rows
}
const named = (rows: readonly TokenRow[], name: string): TokenRow => {
  const row = rows.find(({ token }) => token.name === name)
  if (!row) throw new Error(`there is no token ${name}`)
  return row
}

describe('the demo', () => {
  it('has people in all four roles who sign in with the password that the terminal prints', async () => {
    const notices = (await demo.startupNotices()).join('\n')
    expect(notices).toContain(demo.demoPassword)
    expect(demo.demoPassword).toMatch(/^([0-9a-z]{4}-){3}[0-9a-z]{4}$/)
    const roles = { ada: 'owner', grace: 'admin', alan: 'member', edsger: 'read_only' } as const
    for (const key of ['ada', 'grace', 'alan', 'edsger'] as const) {
      expect(notices).toContain(PEOPLE[key].email)
      expect(await as(key, 'acme')).toMatchObject({ name: PEOPLE[key].name, roleKeys: [roles[key]] })
    }
    expect(await as('hedy', 'birch-vale')).toMatchObject({ roleKeys: ['owner'] })
  })

  it('lets one person be in two accounts, and others in one alone', async () => {
    expect(await as('ada', 'birch-vale')).toMatchObject({ roleKeys: ['member'], tenant: { name: 'Birch & Vale' } })
    await expect(as('grace', 'birch-vale')).rejects.toMatchObject({ code: 'resource.not_found' })
    await expect(as('kathleen', 'acme')).rejects.toMatchObject({ code: 'resource.not_found' })
  })

  it('has tokens in every state and of all four kinds', async () => {
    for (const context of ['user', 'tenant'] as const) {
      const rows = await tokensOf('ada', 'acme', context)
      expect(new Set(rows.map(({ state }) => state))).toEqual(new Set(STATES))
      expect(new Set(rows.map(({ token }) => token.type))).toEqual(new Set(['access_token', 'client_credentials']))
    }
    expect((await tokensOf('hedy', 'birch-vale', 'tenant')).length).toBeGreaterThan(1)
  })

  it('has one that misses what its owner lost, one in rotation, one never used, one bound to addresses, one found', async () => {
    const personal = await tokensOf('ada', 'acme', 'user')
    const ofAccount = await tokensOf('ada', 'acme', 'tenant')
    const cleanup = named(personal, 'Cleanup job')
    expect([...cleanup.missing]).toEqual([
      ['invoices:read', 'owner'],
      ['records:delete', 'owner'],
    ])
    const warehouse = named(ofAccount, 'Data warehouse')
    const { credentials, lastUse, rotation } = await demo.tokens.describe(await as('ada', 'acme'), warehouse.token.id)
    expect(credentials.map(({ endsAt }) => endsAt)).toEqual([null, NOW + 6 * DAY_SECONDS])
    expect(lastUse).toMatchObject({ address: '192.0.2.31' })
    expect(credentials.map(({ state, lastUse: seen }) => [state, seen?.address])).toEqual([
      ['current', '192.0.2.31'],
      ['former', '192.0.2.32'],
    ])
    expect(rotation).toMatchObject({ formerEndsAt: NOW + 6 * DAY_SECONDS, former: { hint: expect.any(String) } })
    expect(warehouse.token.ipAllowlist).toHaveLength(2)
    expect(named(ofAccount, 'Status page').lastUsedAt).toBeNull()
    expect(named(ofAccount, 'Sample app').token.revoked?.reason).toBe('leaked')
    expect(named(personal, 'Assembler experiments').token.revoked?.reason).toBe('member_removed')
  })

  it('has weeks of use behind it, and none to come', async () => {
    const [row] = (await tokensOf('ada', 'acme', 'tenant')).filter(({ token }) => token.name === 'CI deployments')
    const { use } = await demo.tokens.describe(await as('ada', 'acme'), row?.token.id ?? '')
    expect(use.length).toBeGreaterThan(21)
    expect(use.every(({ day, accepted }) => day <= NOW && accepted > 0)).toBe(true)
    expect(row?.lastUsedAt).toBe(NOW - 240)
  })

  it('lets an admin see but not touch what an owner granted', async () => {
    const planner = named(await tokensOf('grace', 'acme', 'tenant'), 'Seat planner')
    const { touch } = await demo.tokens.describe(await as('grace', 'acme'), planner.token.id)
    expect(touch).toMatchObject({ allowed: false, code: 'access.too_strong' })
  })
})

describe('its folder', () => {
  it('holds all of it, and the password nowhere in clear', () => {
    expect(readdirSync(folder)).toEqual(['demo'])
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    expect(files.length).toBeGreaterThan(3)
    for (const { parentPath, name } of files) {
      expect(readFileSync(join(parentPath, name)).includes(demo.demoPassword)).toBe(false)
    }
  })

  it('is opened, not filled again, at the second start', async () => {
    const filling = startedInMs
    const before = await tokensOf('ada', 'acme', 'tenant')
    const password = demo.demoPassword
    await demo.close()
    demo = await timed()
    expect(startedInMs).toBeLessThan(filling / 2)
    expect(demo.demoPassword).toBe(password)
    expect(await tokensOf('ada', 'acme', 'tenant')).toEqual(before)
  })

  it('is left alone when it holds something else', async () => {
    const taken = mkdtempSync(join(tmpdir(), 'latchkey-demo-'))
    mkdirSync(join(taken, 'demo'))
    writeFileSync(join(taken, 'demo', 'diary.txt'), 'dear diary')
    const other = readConfig(demoEnvironment({ DATABASE_URL: `file:${join(taken, 'latchkey.db')}` }))
    await expect(composeDemo(other, { clock })).rejects.toThrow('holds something that is no demo')
    expect(readdirSync(taken)).toEqual(['demo'])
    expect(readdirSync(join(taken, 'demo'))).toEqual(['diary.txt'])
    rmSync(taken, { recursive: true, force: true })
  })
})
