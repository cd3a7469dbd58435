import { setTimeout as delay } from 'node:timers/promises'
import { sql } from 'drizzle-orm'
import { bearersGood, others, type Race, unless } from '#server/attack/race.fixture.ts'
import { given, idOf, newClient, OWNER, serverAt, times, wish } from '#server/attack/race-world.fixture.ts'

const PATIENCES_MS = [1, 3, 6, 12, 25, 100]

const revokeThenValidate: Race = {
  id: 'revoked-then-validated',
  metric: 'credentials accepted after the revocation was answered',
  rounds: { short: 5, long: 1000 },
  run: async (world, round) => {
    const { owner } = world
    const [here, there] = [serverAt(world, round), serverAt(world, round + 1)]
    const made = await here.manage(owner.cookie, 'POST', owner.tokens, wish())
    const access = String(made.json['accessToken'])
    const client = await newClient(world)
    const first = given(await client.exchange(here))
    const family = given(await client.exchange(there))
    // Twice: the second answer comes from memory.
    const validateAll = async () =>
      (
        await Promise.all(
          [here, there, here, there].flatMap((server) => [
            server.validate(access),
            server.validate(first.bearer, 'authorization'),
            server.validate(family.bearer, 'authorization'),
          ]),
        )
      ).filter(({ status }) => status === 200).length
    const before = await validateAll()
    const ofFamily = await there.revoke({ ...client.identity, token: family.refresh })
    const familyAfter = await bearersGood(world, [family.bearer])
    const ended = await Promise.all([
      here.manage(owner.cookie, 'DELETE', `${owner.tokens}/${idOf(made)}`),
      client.end(there),
    ])
    const after = await validateAll()
    return [
      ...unless(before === 12, `${12 - before} refused before`),
      ...unless(ofFamily.status === 200 && others(ended, 200).length === 0, 'a revocation was refused'),
      ...unless(familyAfter === 0, `${familyAfter} accepted of an ended family`),
      ...unless(after === 0, `${after} accepted after`),
    ]
  },
}

const rotateWhileExchanging: Race = {
  id: 'rotated-while-exchanged',
  metric: 'exchanges of the leaked secret that lived on',
  rounds: { short: 4, long: 500 },
  run: async (world, round) => {
    const client = await newClient(world)
    const asked = times(8, (index) => client.exchange(serverAt(world, index)))
    // Sooner and later: before the first of them has proven itself, while they are recorded, after some were.
    await delay(PATIENCES_MS[round % PATIENCES_MS.length])
    const rotating = serverAt(world, round).manage(world.owner.cookie, 'POST', `${client.path}/rotate`, {
      overlapSeconds: 0,
    })
    const [rotated, ...answers] = await Promise.all([rotating, ...asked])
    const granted = answers.filter(({ status }) => status === 200).map(given)
    const alive = await bearersGood(
      world,
      granted.map(({ bearer }) => bearer),
    )
    const renewed = { ...client.identity, client_secret: String(rotated.json['clientSecret']) }
    const refreshed = await Promise.all(
      granted.map(({ refresh }) =>
        world.other.exchange({ grant_type: 'refresh_token', refresh_token: refresh, ...renewed }),
      ),
    )
    const late = await client.exchange(world.other)
    const fresh = await world.other.exchange({ grant_type: 'client_credentials', ...renewed })
    const good = await bearersGood(world, [given(fresh).bearer])
    await client.end(world.one)
    return [
      ...unless(rotated.status === 200, `the rotation got ${rotated.status}`),
      ...answers.flatMap(({ status }) => unless(status === 200 || status === 401, `an exchange got ${status}`)),
      ...unless(alive === 0, `${alive} bearer JWTs accepted`),
      ...unless(others(refreshed, 400).length === 0, 'a refresh token lived on'),
      ...unless(late.status === 401, 'the former secret was taken'),
      ...unless(good === 2, 'the new secret is not good'),
    ]
  },
}

const BEN = 'ben@acme.example'
const WRITE = { mode: 'permissions', permissions: ['projects:write'] }

const demoteWhileIssuing: Race = {
  id: 'demoted-while-issuing',
  metric: 'tokens beyond the rights that were left',
  rounds: { short: 3, long: 200 },
  run: async (world, round) => {
    const ada = await world.signIn(OWNER)
    const { members } = world.portal
    // Nobody's twice: the first round adds him.
    await members.addMember(ada.principal, { email: BEN, roleKeys: ['admin'] }).catch(() => undefined)
    const ben = await world.signIn(BEN)
    const { userId } = ben.principal
    await members.changeMemberRoles(ada.principal, { userId, roleKeys: ['admin'] })
    const issue = (index: number) =>
      serverAt(world, index).manage(
        ben.cookie,
        'POST',
        ben.tokens,
        wish({ grant: WRITE, context: index % 4 < 2 ? 'user' : 'tenant' }),
      )
    const asked = times(8, issue)
    // Sooner and later: while the first of them decides, while it is written, after some were.
    await delay(PATIENCES_MS[round % PATIENCES_MS.length])
    await members.changeMemberRoles(ada.principal, { userId, roleKeys: ['read_only'] })
    const answers = await Promise.all(asked)
    const late = await Promise.all(times(4, issue))
    const made = answers.filter(({ status }) => status === 201)
    const personal = made.filter(({ json }) => (json['token'] as { context: string }).context === 'user')
    const validations = await Promise.all(
      personal.map(({ json }) =>
        serverAt(world, round).validate(String(json['accessToken']), 'x-api-key', 'projects:write'),
      ),
    )
    const { queries, schema } = world.records
    const { auditEvents } = schema
    const events = await queries
      .select({ type: auditEvents.type, actorId: auditEvents.actorId, targetId: auditEvents.targetId })
      .from(auditEvents)
      .orderBy(sql`rowid`)
    const demotedAt = events.findLastIndex(
      ({ type, targetId }) => type === 'member.roles_changed' && targetId === userId,
    )
    const beyond = events.slice(demotedAt).filter(({ type, actorId }) => type === 'token.issued' && actorId === userId)
    await Promise.all(made.map((answer) => world.one.manage(ada.cookie, 'DELETE', `${ada.tokens}/${idOf(answer)}`)))
    return [
      ...others(validations, 403).map(({ status }) => `a personal token got ${status}`),
      ...unless(beyond.length === 0, `${beyond.length} issued after the demotion`),
      ...others(late, 403).map(({ status }) => `a late issue got ${status}`),
    ]
  },
}

const strangers: Race = {
  id: 'asked-by-strangers',
  metric: 'answers that told or changed what is another account’s',
  rounds: { short: 1, long: 100 },
  run: async (world, round) => {
    const client = await newClient(world)
    const held = given(await client.exchange(world.one))
    const slug = await world.createAccount(`Strangers ${round}`)
    const stranger = await world.signIn(OWNER, slug)
    const theirs = await newClient({ ...world, owner: stranger })
    const [here, there] = [serverAt(world, round), serverAt(world, round + 1)]
    const wrong = [`${client.identity.client_secret}x`, theirs.identity.client_secret, client.id, '']
    const exchanges = wrong.map((secret) =>
      here.exchange({ grant_type: 'client_credentials', client_id: client.id, client_secret: secret }),
    )
    const seen = await Promise.all(
      [held.bearer, held.refresh].map((token) => there.introspect({ ...theirs.identity, token })),
    )
    await Promise.all([held.bearer, held.refresh].map((token) => there.revoke({ ...theirs.identity, token })))
    const path = `${stranger.tokens}/${client.id}`
    const managed = await Promise.all(
      (
        [
          ['GET', ''],
          ['DELETE', ''],
          ['POST', '/pause'],
          ['POST', '/rotate'],
        ] as const
      ).map(([method, action]) =>
        here.manage(stranger.cookie, method, `${path}${action}`, method === 'POST' ? {} : undefined),
      ),
    )
    const refresh = await theirs.refresh(here, held.refresh)
    const good = await bearersGood(world, [held.bearer])
    const next = await client.refresh(there, held.refresh)
    await Promise.all([client.end(world.one), theirs.end(world.one)])
    return [
      ...others(await Promise.all(exchanges), 401).map(({ status }) => `a wrong secret got ${status}`),
      ...seen.flatMap(({ json }) => unless(JSON.stringify(json) === '{"active":false}', 'an introspection told')),
      ...others(managed, 404).map(({ status }) => `a stranger got ${status}`),
      ...unless(refresh.status === 400, 'a stranger refreshed'),
      ...unless(good === 2 && next.status === 200, 'a stranger ended it'),
    ]
  },
}

/** What must hold of rights and of what ended. */
export const RIGHTS_RACES: readonly Race[] = [revokeThenValidate, rotateWhileExchanging, demoteWhileIssuing, strangers]
