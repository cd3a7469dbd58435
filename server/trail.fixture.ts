import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { openSqlite } from '#db/open-sqlite.ts'
import { readConfig } from '#lib/config/env.ts'
import { createPortal } from '#lib/portal.ts'
import { HOUR_SECONDS } from '#lib/time/duration.ts'
import { OWNER, peopleOf, settingsOf } from '#server/attack/race-world.fixture.ts'
import { composePortal, composePorts } from '#server/compose.ts'

const FORM = 'application/x-www-form-urlencoded'

// What is counted or leased beside the events, and no state of theirs.
const BESIDE = new Set(['audit_events', 'token_use', 'credential_use', 'leases', 'sqlite_sequence'])

/** A portal whose clock can be turned, everything that is stored, and every secret it handed out. */
export const trailRoom = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-trail-'))
  const file = join(folder, 'latchkey.db')
  const { LATCHKEY_SECRET: secret, ...settings } = settingsOf(file)
  const config = readConfig({ ...settings, LATCHKEY_SECRET: secret })
  const time = { ahead: 0 }
  const clock = { now: () => Math.floor(Date.now() / 1000) + time.ahead }
  await (await composePortal(config, { clock, choring: false })).close()
  const connection = openSqlite(file)
  const log = { error: () => undefined }
  const ports = await composePorts({ config, connection, secrets: [secret], clock, log })
  const portal = createPortal(ports, connection, { choring: false })
  const raw = new Database(file)
  const secrets: string[] = []
  const keep = (text: string): string => {
    secrets.push(text)
    return text
  }
  const { signIn } = peopleOf(portal)
  const ada = (await signIn(OWNER)).principal
  const asker = { requestId: 'asked', address: '192.0.2.7', agent: 'curl/8' }

  const issue = async (type: 'access_token' | 'client_credentials', expiresIn?: number) => {
    const expiry = expiresIn === undefined ? { kind: 'never' as const } : { kind: 'after' as const, seconds: expiresIn }
    const asked = { context: 'user', type, name: 'watched', grant: { mode: 'owner' }, expiry } as const
    const { token, secret: made } = await portal.tokens.issue(ada, asked)
    if (made.type === 'public_jwks') throw new TypeError('nobody asked for keys')
    return { id: token.id, text: keep(made.type === 'access_token' ? made.accessToken : made.clientSecret) }
  }
  const form = (sent: Readonly<Record<string, string>>) => ({
    authorization: undefined,
    contentType: FORM,
    body: new URLSearchParams(sent).toString(),
  })
  const client = async () => {
    const { id, text } = await issue('client_credentials')
    const identity = { client_id: id, client_secret: text }
    const ask = async (grant: Readonly<Record<string, string>>) => {
      const answer = await portal.oauth.answerTokenRequest(form({ ...identity, ...grant }), asker)
      return { bearer: keep(answer.access_token), refresh: keep(answer.refresh_token ?? '') }
    }
    return {
      id,
      identity,
      exchange: () => ask({ grant_type: 'client_credentials' }),
      refresh: (text: string) => ask({ grant_type: 'refresh_token', refresh_token: text }),
      revoke: (token: string) => portal.oauth.answerRevocation(form({ ...identity, token }), asker),
    }
  }
  const validate = (text: string, address = '192.0.2.7') =>
    portal.verdict.validate({
      presented: { header: 'x-api-key', text },
      permissions: [],
      audience: undefined,
      address,
      agent: 'curl/8',
      requestId: 'validated',
    })
  const tables = raw
    .prepare<[], string>(`select name from sqlite_master where type = 'table'`)
    .pluck()
    .all()
    .filter((name) => !BESIDE.has(name))
  return {
    portal,
    ports,
    ada,
    secrets,
    keep,
    issue,
    client,
    validate,
    span: () => ({ since: clock.now() - HOUR_SECONDS, now: clock.now() }),
    advance: (seconds: number) => {
      time.ahead += seconds
    },
    /** Everything that is stored but the events and what stands beside them. */
    state: () => JSON.stringify(tables.map((name) => [name, raw.prepare(`select * from ${name}`).all()])),
    events: () => raw.prepare<[], Readonly<Record<string, unknown>>>('select * from audit_events').all(),
    /** Lets no event of a type be written while something is done. */
    without: async (type: string, act: () => Promise<unknown>): Promise<void> => {
      raw.exec(
        `create trigger saboteur before insert on audit_events when new.type = '${type}' begin select raise(abort, 'no'); end`,
      )
      await act().catch(() => undefined)
      raw.exec('drop trigger saboteur')
    },
    remove: async (): Promise<void> => {
      raw.close()
      await portal.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** What `trailRoom` makes. */
export type TrailRoom = Awaited<ReturnType<typeof trailRoom>>
