import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type PostgresServer, type PostgresStandby, startPostgres } from '#db/contract/postgres-server.ts'
import { openDatabase } from '#db/open-database.ts'
import { openClient } from '#db/postgres-client.ts'
import { readConfig } from '#lib/config/env.ts'
import { type LateNews, lateNews } from '#server/attack/late-news.fixture.ts'
import type { Answer } from '#server/attack/race-server.fixture.ts'
import { idOf, OWNER, peopleOf, settingsOf, times, wish } from '#server/attack/race-world.fixture.ts'
import { acceptRestored } from '#server/attack/restored-postgres.fixture.ts'
import { launch, type ServerProcess } from '#server/attack/two-servers.fixture.ts'
import { composePortal } from '#server/compose.ts'

// A streaming replica is promoted in the place of a dead primary, and the one address of both moves to it: what a virtual
// address, a name in DNS or a proxy does for a real pair.

let primary: PostgresServer
let standby: PostgresStandby
let address: LateNews
let node: ServerProcess
let portal: Awaited<ReturnType<typeof composePortal>>
let owner: Awaited<ReturnType<ReturnType<typeof peopleOf>['signIn']>>

const env = { ...settingsOf(''), LATCHKEY_STALENESS_SECONDS: '3' }

const admin = async (text: string): Promise<readonly unknown[]> => {
  const client = await openClient(primary.url('postgres'))
  try {
    return (await client.query(text)).rows
  } finally {
    await client.end()
  }
}

beforeEach(async () => {
  primary = await startPostgres({ isDurable: true })
  portal = await composePortal(readConfig({ ...env, DATABASE_URL: primary.url('postgres') }), { choring: false })
  owner = await peopleOf(portal).signIn(OWNER)
  await portal.close()
  standby = await primary.standby()
  address = await lateNews(primary.url('postgres'))
  node = await launch({ ...env, DATABASE_URL: address.url })
}, 180_000)
afterEach(async () => {
  await node.kill()
  await address.close()
  await standby.remove()
  await primary.remove()
})

const until = async (status: number, ask: () => Promise<Answer>, withinMs = 120_000): Promise<void> => {
  const deadline = performance.now() + withinMs
  for (let answer = await ask(); answer.status !== status; answer = await ask()) {
    if (performance.now() > deadline) throw new Error(`never answered ${status}, but ${answer.status}`)
    await delay(20)
  }
}
const issue = async () => {
  const made = await node.manage(owner.cookie, 'POST', owner.tokens, wish())
  expect(made.status).toBe(201)
  return { id: idOf(made), text: String(made.json['accessToken']) }
}
const revoke = (id: string) => node.manage(owner.cookie, 'DELETE', `${owner.tokens}/${id}`)
const replicated = async () => {
  const [now] = await admin('select pg_current_wal_lsn() as lsn')
  const { lsn } = now as { readonly lsn: string }
  while ((await admin(`select 1 from pg_stat_replication where replay_lsn >= '${lsn}'`)).length === 0) await delay(20)
}
const failOver = async () => {
  await primary.kill()
  await standby.promote()
  address.leadTo(standby.url('postgres'))
}

describe('a synchronous standby that is promoted', () => {
  it('has everything that was acknowledged, and the node goes on by itself', async () => {
    await admin(`alter system set synchronous_standby_names = 'standby'`)
    await admin('select pg_reload_conf()')
    const tokens = await Promise.all(times(20, issue))
    const ended = await issue()
    expect((await node.validate(ended.text)).status).toBe(200)
    expect((await revoke(ended.id)).status).toBe(200)
    await failOver()
    for (const { text } of tokens) await until(200, () => node.validate(text))
    await until(401, () => node.validate(ended.text))
    const [first] = tokens
    await until(200, () => revoke(first?.id ?? ''))
    expect((await node.validate(first?.text ?? '')).status).toBe(401)
  }, 180_000)
})

describe('an asynchronous standby that had fallen behind', () => {
  it('has lost what was made last, and the node forgets it as well', async () => {
    const kept = await issue()
    await replicated()
    await standby.cutOff()
    const lost = await issue()
    for (const { text } of [kept, lost]) expect((await node.validate(text)).status).toBe(200)
    await failOver()
    // Known to it until then, and to no row any more. A cache's own age would end it after a minute.
    await until(401, () => node.validate(lost.text), 30_000)
    await until(200, () => node.validate(kept.text))
  }, 180_000)

  it('and has lost a revocation is answered for by nobody who saw that, until an operator has accepted it', async () => {
    const [kept, ended] = [await issue(), await issue()]
    await replicated()
    await standby.cutOff()
    expect((await revoke(ended.id)).status).toBe(200)
    await failOver()
    await until(503, () => node.validate(kept.text))
    expect(await node.validate(ended.text)).toMatchObject({ status: 503, json: { code: 'store.restored' } })
    expect(await revoke(kept.id)).toMatchObject({ status: 503, json: { code: 'store.restored' } })
    expect(await acceptRestored({ ...env, DATABASE_URL: address.url }, '--as-is')).toBe(0)
    // Its word, and what that means.
    for (const { text } of [kept, ended]) await until(200, () => node.validate(text))
  }, 180_000)
})

describe('an address that leads to a standby', () => {
  it('is refused: it would answer from before what the primary has answered', async () => {
    await expect(
      openDatabase(readConfig({ ...env, DATABASE_URL: standby.url('postgres') }).database),
    ).rejects.toMatchObject({
      code: 'store.unavailable',
      internal: expect.stringContaining('standby'),
    })
    const { text } = await issue()
    expect((await node.validate(text)).status).toBe(200)
    address.leadTo(standby.url('postgres'))
    await until(503, () => node.validate(text))
    address.leadTo(primary.url('postgres'))
    await until(200, () => node.validate(text))
  }, 180_000)
})
