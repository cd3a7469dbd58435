import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openClient } from '#db/postgres-client.ts'
import { readConfig } from '#lib/config/env.ts'
import { type LateNews, lateNews } from '#server/attack/late-news.fixture.ts'
import { archivingServer, placeOfServer, type ToolServer, whyNoTools } from '#server/attack/postgres-tools.fixture.ts'
import type { Answer } from '#server/attack/race-server.fixture.ts'
import { idOf, OWNER, peopleOf, settingsOf, wish } from '#server/attack/race-world.fixture.ts'
import { acceptRestored } from '#server/attack/restored-postgres.fixture.ts'
import { launch, type ServerProcess } from '#server/attack/two-servers.fixture.ts'
import { composePortal } from '#server/compose.ts'

// What docs/operations/backup.md has an operator type, typed here: with the programs of an installed PostgreSQL, as the
// server that the other tests start comes without them.
const TYPED = {
  drop: 'dropdb --force latchkey',
  create: 'createdb --owner=latchkey --template=template0 --locale=C --encoding=UTF8 latchkey',
  dump: 'pg_dump --format=custom --file=latchkey.dump latchkey',
  restore: 'pg_restore --exit-on-error --dbname=latchkey latchkey.dump',
  base: 'pg_basebackup --checkpoint=fast --pgdata=',
  standby: 'pg_basebackup --checkpoint=fast --write-recovery-conf --pgdata=',
} as const

const PATIENCE_MS = 180_000
const LOOK_MS = 20
const why = whyNoTools()

describe.skipIf(why !== undefined)(
  `PostgreSQL's own backups${why ? `, which ${why}` : ''}`,
  { timeout: PATIENCE_MS },
  () => {
    let server: Awaited<ReturnType<typeof archivingServer>>
    let address: LateNews
    let node: ServerProcess
    let env: Readonly<Record<string, string>>
    let owner: Awaited<ReturnType<ReturnType<typeof peopleOf>['signIn']>>
    const others: ToolServer[] = []

    beforeEach(async () => {
      server = await archivingServer()
      server.sh(TYPED.create)
      address = await lateNews(server.url('latchkey'))
      env = { ...settingsOf(''), LATCHKEY_STALENESS_SECONDS: '3', DATABASE_URL: address.url }
      await signIn()
      node = await launch(env)
    }, PATIENCE_MS)
    afterEach(async () => {
      await node.kill()
      await address.close()
      for (const each of [server, ...others.splice(0)]) each.remove()
    })

    /** Anew after each acceptance, which ends every session. */
    const signIn = async () => {
      const portal = await composePortal(readConfig(env), { choring: false })
      owner = await peopleOf(portal).signIn(OWNER)
      await portal.close()
    }
    const ask = async (text: string): Promise<string> => {
      const client = await openClient(server.url('latchkey'))
      try {
        const { rows } = await client.query<unknown[]>({ text, rowMode: 'array' })
        return String(rows[0]?.[0])
      } finally {
        await client.end()
      }
    }
    const until = async (wanted: number | string, asked: () => Promise<Answer>, never = [500]): Promise<void> => {
      const deadline = performance.now() + PATIENCE_MS / 2
      const isSo = ({ status, json }: Answer) => [status, json['code']].includes(wanted)
      for (let answer = await asked(); !isSo(answer); answer = await asked()) {
        // Whatever it is that a node cannot do meanwhile, it is no fault of ours.
        expect(never).not.toContain(answer.status)
        if (performance.now() > deadline) throw new Error(`never answered ${wanted}, but ${answer.status}`)
        await delay(LOOK_MS)
      }
    }
    /** Until the node knows that the database lacks something; never is the revoked one good that stands in it. */
    const untilRestored = (ended: { readonly text: string }) =>
      until('store.restored', () => node.validate(ended.text), [200, 500])
    const issue = async () => {
      const made = await node.manage(owner.cookie, 'POST', owner.tokens, wish())
      expect(made.status).toBe(201)
      return { id: idOf(made), text: String(made.json['accessToken']) }
    }
    const revoke = async (id: string) => {
      expect((await node.manage(owner.cookie, 'DELETE', `${owner.tokens}/${id}`)).status).toBe(200)
    }
    const answers = (...tokens: readonly { readonly text: string }[]) =>
      Promise.all(tokens.map(async ({ text }) => (await node.validate(text)).status))
    const anotherServer = async (): Promise<ToolServer> => {
      const other = await placeOfServer()
      others.push(other)
      return other
    }

    it('are made with the words of the documentation', () => {
      const documentation = readFileSync(join(import.meta.dirname, '../../docs/operations/backup.md'), 'utf8')
      for (const line of Object.values(TYPED)) expect(documentation).toContain(line)
    })

    it('by dump: a database read in again is answered for once it is accepted, and holds what it held', async () => {
      const [kept, ended] = [await issue(), await issue()]
      server.sh(TYPED.dump)
      const late = await issue()
      await revoke(ended.id)
      server.sh(TYPED.drop)
      server.sh(TYPED.create)
      server.sh(TYPED.restore)
      await untilRestored(ended)
      expect(await answers(kept, ended, late)).toEqual([503, 503, 503])
      expect(await acceptRestored(env, '--as-is')).toBe(0)
      await until(200, () => node.validate(kept.text))
      // As it is: what was revoked since is good again, and what was issued since is gone.
      expect(await answers(kept, ended, late)).toEqual([200, 200, 401])
      await signIn()
      await revoke(ended.id)
      expect(await answers(kept, ended, await issue())).toEqual([200, 401, 200])
    })

    it('by the archive of its log: a moment is gone back to, and what was revoked after it stays so', async () => {
      const old = await issue()
      const other = await anotherServer()
      server.sh(TYPED.base + other.folder)
      const ended = await issue()
      await delay(50)
      const moment = await ask('select now()::text')
      await delay(50)
      await revoke(ended.id)
      const segment = await ask('select pg_walfile_name(pg_switch_wal())')
      while ((await ask(`select last_archived_wal >= '${segment}' from pg_stat_archiver`)) !== 'true')
        await delay(LOOK_MS)
      server.kill()
      other.sh(`touch ${other.folder}/recovery.signal`)
      other.start(
        `restore_command = 'cp ${server.archive}/%f %p'\nrecovery_target_time = '${moment}'\nrecovery_target_action = promote`,
      )
      address.leadTo(other.url('latchkey'))
      await untilRestored(ended)
      expect(await node.validate(ended.text)).toMatchObject({ status: 503, json: { code: 'store.restored' } })
      expect(await acceptRestored(env, '--revoke-all')).toBe(0)
      await until(401, () => node.validate(old.text))
      await signIn()
      expect(await answers(old, ended, await issue())).toEqual([401, 401, 200])
    })

    it('by a synchronous standby: one that takes over lacks nothing, and the node goes on by itself', async () => {
      const old = await issue()
      const other = await anotherServer()
      server.sh(TYPED.standby + other.folder)
      other.start(`cluster_name = 'a'`)
      await ask(`alter system set synchronous_standby_names = 'ANY 1 (a, b)'`)
      await ask('select pg_reload_conf()')
      while ((await ask(`select sync_state from pg_stat_replication`)) !== 'quorum') await delay(LOOK_MS)
      const [kept, ended] = [await issue(), await issue()]
      expect(await answers(ended)).toEqual([200])
      await revoke(ended.id)
      server.kill()
      other.sh(`pg_ctl promote --wait --silent --pgdata=${other.folder}`)
      address.leadTo(other.url('latchkey'))
      for (const { text } of [old, kept]) await until(200, () => node.validate(text))
      await until(401, () => node.validate(ended.text))
      await until(200, () => node.manage(owner.cookie, 'DELETE', `${owner.tokens}/${kept.id}`))
    })
  },
)
