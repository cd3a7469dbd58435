import Database from 'better-sqlite3'
import type { Deed, Life } from '#server/attack/life.fixture.ts'
import { unless } from '#server/attack/race.fixture.ts'

// In the words of the index of events by their target, which holds no exchanges.
const TOLD = `e.type <> 'token.exchanged'`

// Each answers how many tokens are there by halves: state without its event, an event without its state, a change that
// the feed does not tell of. By tenant as well, which is what the indexes begin with: thousands of tokens are looked at.
const HALVES = {
  'tokens without one issue, or issues without a token': `
    select count(*) from (select tenant_id, id from tokens
      union select tenant_id, target_id from audit_events where type = 'token.issued') t
    where 1 <> (select count(*) from tokens where tokens.tenant_id = t.tenant_id and tokens.id = t.id)
      or 1 <> (select count(*) from audit_events e
        where e.tenant_id = t.tenant_id and e.target_id = t.id and e.type = 'token.issued' and ${TOLD})
      or 1 <> (select count(*) from token_directory where token_id = t.id)`,
  'revocations without their event, or events without a revocation': `
    select count(*) from tokens where (revoked_at is not null) <> (1 = (select count(*) from audit_events e
      where e.tenant_id = tokens.tenant_id and e.target_id = tokens.id and e.type = 'token.revoked' and ${TOLD}))`,
  'credentials without a rotation, or rotations without a credential': `
    select count(*) from tokens
    where (select count(*) from credentials c where c.tenant_id = tokens.tenant_id and c.token_id = tokens.id)
      <> 1 + (select count(*) from audit_events e
        where e.tenant_id = tokens.tenant_id and e.target_id = tokens.id and e.type = 'token.rotated' and ${TOLD})`,
  'versions without their event': `
    select count(*) from tokens where version <> (select count(*) from audit_events e
      where e.tenant_id = tokens.tenant_id and e.target_id = tokens.id
        and e.type in ('token.edited', 'token.rotated', 'token.revoked') and ${TOLD})`,
  'versions without their row in the change feed': `
    select count(*) from tokens
    left join (select key, count(*) as told from changes where kind = 'token' group by key)
      on key = tokens.tenant_id || '/' || tokens.id
    where version <> coalesce(told, 0)`,
  'refresh tokens without an exchange': `
    select count(*) from tokens
    left join (select tenant_id as t, target_id as id_of, count(*) as exchanges from audit_events
      where type = 'token.exchanged' group by tenant_id, target_id) on t = tokens.tenant_id and id_of = tokens.id
    where (select count(*) from refresh_tokens r where r.tenant_id = tokens.tenant_id and r.token_id = tokens.id)
      > coalesce(exchanges, 0)`,
  'sequences without a refresh token': `
    select count(*) from tokens where refresh_seq <> (select count(*) from refresh_tokens r
      where r.tenant_id = tokens.tenant_id and r.token_id = tokens.id)`,
  'successors of a refresh token that was not used': `
    select count(*) from refresh_tokens s join refresh_tokens p on p.tenant_id = s.tenant_id and p.token_id = s.token_id
      and p.sequence = s.predecessor_sequence where p.used_at is null`,
} as const

// Of all at once: no index begins with the target, and a soak leaves tens of thousands of tokens.
const EVENTS = `select target_id || ' ' || type as event, count(*) as count from audit_events group by target_id, type`

type Counted = { readonly event: string; readonly count: number }

const lost = (client: Database.Database, lives: readonly Life[]): readonly string[] => {
  const rows = client.prepare<[], Counted>(EVENTS).all()
  const stored = new Map(rows.map(({ event, count }) => [event, count]))
  return lives.flatMap(({ id, acknowledged }) => {
    if (id === undefined) return []
    return (Object.keys(acknowledged) as Deed[]).flatMap((deed) => {
      const found = stored.get(`${id} token.${deed}`) ?? 0
      return unless(found >= acknowledged[deed], `lost: ${acknowledged[deed] - found} × ${deed} of ${id}`)
    })
  })
}

/** What does not hold of a SQLite file: its integrity, changes that are there by halves, and what was acknowledged to these. */
export const judgeStore = (file: string, lives: readonly Life[]): readonly string[] => {
  const client = new Database(file, { readonly: true, fileMustExist: true })
  try {
    const integrity = String(client.pragma('integrity_check', { simple: true }))
    const halves = Object.entries(HALVES).flatMap(([name, sql]) => {
      const count = Number(client.prepare(sql).pluck().get())
      return unless(count === 0, `by halves: ${count} ${name}`)
    })
    return [...unless(integrity === 'ok', `integrity: ${integrity}`), ...halves, ...lost(client, lives)]
  } finally {
    client.close()
  }
}
