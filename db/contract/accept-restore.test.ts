import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WriteConflict } from '#db/connection.ts'
import { ENGINE } from '#db/contract/temporary-database.ts'
import { account, personal, START, type TokenFixture, tokenFixture } from '#db/contract/token-fixture.ts'
import { acceptRestore, type RestoreChoice } from '#db/restore/accept-restore.ts'
import { type Restore, readUnwitnessed } from '#db/restore/read-restore.ts'
import { restartPostgresFeed, restartSqliteFeed } from '#db/restore/restart-feed.ts'
import { restoredEvent } from '#db/restore/restored-event.fixture.ts'
import type { WitnessRow } from '#db/witness/witness-text.ts'
import type { IssueRequest } from '#lib/tokens/token-request.ts'

const AT = START + 1000

let world: TokenFixture
beforeEach(async () => {
  world = await tokenFixture()
})
afterEach(() => world.remove())

type Person = Parameters<TokenFixture['as']>[0]

const issue = async (person: Person, asked: IssueRequest): Promise<string> =>
  (await world.tokens.issue(await world.as(person), asked)).token.id
const rows = (sql: string) => world.raw.rows(sql)
const accept = async (choice: RestoreChoice, given: Partial<Restore> = {}, incarnation = 'second') => {
  const restore = { ...(await readUnwitnessed(world.connection)), ...given }
  const restartFeed = ENGINE === 'sqlite' ? restartSqliteFeed : restartPostgresFeed
  return acceptRestore(world.connection, {
    choice,
    restore,
    incarnation,
    event: restoredEvent(incarnation, AT),
    restartFeed,
  })
}
const revoked = async () =>
  (await rows('select id from tokens where revoked_at is not null')).map(({ id }) => String(id)).sort()
const missing = (...keys: readonly (readonly [WitnessRow[1], string])[]): Partial<Restore> => ({
  missing: keys.map(([kind, key], index) => [index + 100, kind, key, AT]),
})

describe('a restored database that is accepted', () => {
  it('begins another life, and its feed goes on behind every number that was given out', async () => {
    await accept('as-is', { through: 5000 })
    expect(await rows('select incarnation from environment')).toEqual([{ incarnation: 'second' }])
    const feed = await rows('select seq, kind from changes where seq > 5000 order by seq')
    expect(feed.map(({ seq, kind }) => [Number(seq), kind])).toEqual([
      [5001, 'environment'],
      [5002, 'keys'],
    ])
    await world.tokens.pause(await world.as('mia'), await issue('mia', personal()), 'leak')
    const [newest] = await rows('select max(seq) as newest from changes')
    expect(Number(newest?.['newest'])).toBe(5003)
    expect(await rows(`select id, type, actor_id from audit_events where type = 'environment.restored'`)).toEqual([
      { id: 'second', type: 'environment.restored', actor_id: 'command-line' },
    ])
  })

  it('is accepted once, of the life that was read', async () => {
    const restore = await readUnwitnessed(world.connection)
    await accept('as-is', restore)
    await expect(accept('as-is', restore, 'third')).rejects.toBeInstanceOf(WriteConflict)
    expect(await rows('select incarnation from environment')).toEqual([{ incarnation: 'second' }])
    await accept('as-is', {}, 'third')
    expect(await rows('select incarnation from environment')).toEqual([{ incarnation: 'third' }])
  })

  it('moves the version of rights on: what was decided before is decided again', async () => {
    const version = async () => Number((await rows('select rights_version as v from environment'))[0]?.['v'])
    const before = await version()
    await accept('as-is')
    expect(await version()).toBe(before + 1)
  })

  it('as it is keeps every token', async () => {
    await issue('mia', personal())
    expect(await accept('as-is')).toBe(0)
    expect(await revoked()).toEqual([])
  })

  it('ends every token where that is chosen, each with its record, and none twice', async () => {
    const ids = [await issue('mia', personal()), await issue('olga', account())]
    const former = await issue('mia', personal())
    await world.tokens.revoke(await world.as('mia'), former)
    expect(await accept('revoke-all')).toBe(2)
    expect(await revoked()).toEqual([...ids, former].sort())
    const records = await rows(
      `select tenant_id, target_id, details from audit_events where request_id = 'restore-1' and type = 'token.revoked'`,
    )
    expect(records.map(({ target_id }) => String(target_id)).sort()).toEqual([...ids].sort())
    expect(records[0]).toMatchObject({ tenant_id: 'acme', details: '{"reason":"restored"}' })
    expect(await rows(`select revoked_reason, revoked_by from tokens where id = '${ids[0]}'`)).toEqual([
      { revoked_reason: 'restored', revoked_by: 'command-line' },
    ])
  })
})

describe('a log that is replayed', () => {
  it('ends each token that it names, in its account alone', async () => {
    const [named, other] = [await issue('mia', personal()), await issue('max', personal())]
    expect(await accept('replay', missing(['token', `acme/${named}`], ['token', `globex/${other}`]))).toBe(1)
    expect(await revoked()).toEqual([named])
  })

  it('ends the personal tokens of members there, and of people everywhere, and no account token', async () => {
    const ids = [await issue('mia', personal()), await issue('gus', personal())]
    await issue('max', personal())
    await issue('olga', account())
    await accept('replay', missing(['member', 'acme/mia'], ['member', 'acme/gus'], ['user', 'gus']))
    expect(await revoked()).toEqual([...ids].sort())
  })

  it('ends families that it names, once more or for the first time', async () => {
    const token = await issue('mia', personal({ type: 'client_credentials' }))
    await accept('replay', missing(['family', `acme/${token}/f1`]))
    await accept('replay', missing(['family', `acme/${token}/f1`], ['family', `acme/${token}/f2`]), 'third')
    expect(await rows("select tenant_id, token_id, family_id from ended_families where family_id = 'f1'")).toEqual([
      { tenant_id: 'acme', token_id: token, family_id: 'f1' },
    ])
    expect(await revoked()).toEqual([])
  })

  it('removes keys that were removed, and ends what they signed', async () => {
    const token = await issue('mia', personal())
    const [credential] = await rows(`select kid from credentials where token_id = '${token}'`)
    const kid = String(credential?.['kid'])
    const removal: WitnessRow = [100, 'keys', 'keys', AT, [kid, 'a key that was made since']]
    await accept('replay', { missing: [removal] })
    expect(
      await rows(`select private_jwk_sealed from signing_keys where kid = '${kid}' and removed_at is not null`),
    ).toEqual(
      (await rows(`select private_jwk_sealed from signing_keys where kid = '${kid}'`)).map(() => ({
        private_jwk_sealed: '',
      })),
    )
    const [ended] = await rows(`select ends_at from credentials where token_id = '${token}'`)
    expect(Number(ended?.['ends_at'])).toBe(AT)
  })

  it('says nothing of roles and settings, and changes none', async () => {
    await issue('mia', personal())
    const before = await rows('select tenant_id, user_id, role_key from member_roles order by tenant_id, user_id')
    expect(await accept('replay', missing(['tenant', 'acme'], ['environment', 'environment']))).toBe(0)
    expect(await rows('select tenant_id, user_id, role_key from member_roles order by tenant_id, user_id')).toEqual(
      before,
    )
  })

  it('takes a thousand of them', async () => {
    const named = await issue('mia', personal())
    const many = Array.from({ length: 1200 }, (_, n) => ['token', `acme/unknown-${n}`] as const)
    expect(await accept('replay', missing(...many, ['token', `acme/${named}`]))).toBe(1)
  })
})

describe('whatever is chosen', () => {
  it.each<RestoreChoice>(['replay', 'revoke-all', 'as-is'])(
    '%s ends refresh tokens, sessions, mailed links and calendar addresses',
    async (choice) => {
      const token = await issue('mia', personal({ type: 'client_credentials' }))
      await world.raw.run(`
      insert into refresh_tokens (tenant_id, token_id, sequence, family_id, digest, secret_id, audience, created_at)
        values ('acme', '${token}', 1, 'f1', 'd1', 's', 'a', ${START});
      insert into sessions (digest, id, user_id, method, signed_in_at, last_seen_at, expires_at)
        values ('d1', 's1', 'mia', 'password', ${START}, ${START}, ${AT + 1000});
      insert into mail_challenges (id, purpose, user_id, link_digest, code_digest, browser_digest, created_at, expires_at)
        values ('m1', 'sign-in', 'mia', 'l', 'c', 'b', ${START}, ${AT + 1000});
      insert into calendar_feeds (user_id, digest, secret_id, created_at) values ('mia', 'd1', 's', ${START});
    `)
      await accept(choice)
      const [refresh] = await rows('select ended_at, ended_reason from refresh_tokens')
      const [session] = await rows(`select ended_at from sessions where id = 's1'`)
      const [link] = await rows('select used_at from mail_challenges')
      expect([Number(refresh?.['ended_at']), refresh?.['ended_reason']]).toEqual([AT, 'revoked'])
      expect([Number(session?.['ended_at']), Number(link?.['used_at'])]).toEqual([AT, AT])
      expect(await rows('select user_id from calendar_feeds')).toEqual([])
    },
  )
})
