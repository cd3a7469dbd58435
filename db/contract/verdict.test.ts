import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Connection } from '#db/connection.ts'
import { account, personal, type TokenFixture, tokenFixture } from '#db/contract/token-fixture.ts'
import { noLimits } from '#db/contract/token-ports.ts'
import { createMemberStore } from '#db/member-store.ts'
import { createReplayStore } from '#db/replay-store.ts'
import { createStandingStore } from '#db/standing-store.ts'
import { membersUseCases } from '#lib/tenants/members-use-cases.ts'
import { DAY_SECONDS } from '#lib/time/duration.ts'
import type { IssuedToken, IssueTokenPorts } from '#lib/tokens/issue-token.ts'
import type { TokenUse } from '#lib/tokens/usage-counter.ts'
import { createValidation, type ValidatePorts, type ValidationRequest } from '#lib/verdict/validate.ts'

let world: TokenFixture
beforeEach(async () => {
  world = await tokenFixture()
})
afterEach(() => world.remove())

type Process = { readonly connection: Connection; readonly ports: IssueTokenPorts }

const validationOf = ({ connection, ports }: Process, change: Partial<ValidatePorts> = {}) => {
  const uses: TokenUse[] = []
  const validation = createValidation({
    ...ports,
    standingStore: createStandingStore(connection),
    changeFeed: connection.feed,
    usageCounter: { count: (use) => uses.push(use) },
    replayStore: createReplayStore(connection),
    requestLimits: noLimits(),
    ...change,
  })
  return { ...validation, uses }
}

const textOf = ({ secret }: IssuedToken): string => {
  if (secret.type === 'access_token') return secret.accessToken
  return secret.type === 'client_credentials' ? secret.clientSecret : ''
}

const request = (issued: IssuedToken, asked: Partial<ValidationRequest> = {}): ValidationRequest => ({
  presented: { header: 'x-api-key', text: textOf(issued) },
  permissions: [],
  audience: undefined,
  address: '192.0.2.7',
  agent: 'curl/8',
  ...asked,
})

const members = ({ connection, ports }: Process) =>
  membersUseCases({
    ...ports,
    memberStore: createMemberStore(connection),
    settings: { url: 'https://id.example' },
    mailer: { send: async () => undefined },
  })

describe('a good access token', () => {
  it('says what it stands for: whose, where, and what it may do now', async () => {
    const issued = await world.tokens.issue(await world.as('mia'), personal({ metadata: { team: 'data' } }))
    const { validation } = await validationOf(world).validate(request(issued, { permissions: ['records:read'] }))
    expect(validation).toMatchObject({
      token: { id: issued.token.id, context: 'user', type: 'access_token', name: 'nightly', expiresAt: null },
      tenant: { id: 'acme', name: 'Acme' },
      user: { id: 'mia' },
      audience: 'https://id.example',
      roles: ['member'],
      metadata: { team: 'data' },
    })
    expect(validation.permissions).toEqual([...validation.permissions].sort())
    expect(validation.permissions).toContain('records:read')
    expect(validation.permissions.some((key) => key.startsWith('tenant.'))).toBe(false)
  })

  it('is answered from memory, as the same object, until something changes', async () => {
    const issued = await world.tokens.issue(await world.as('mia'), personal())
    const { validate, uses } = validationOf(world)
    const first = await validate(request(issued))
    expect(await validate(request(issued))).toBe(first)
    await world.tokens.edit(await world.as('mia'), issued.token.id, { name: 'weekly' })
    expect((await validate(request(issued))).validation.token.name).toBe('weekly')
    expect(uses.map(({ outcome }) => outcome)).toEqual(['accepted', 'accepted', 'accepted'])
  })

  it('does not lend its warm answer to another signature, nor to another header', async () => {
    const one = await world.tokens.issue(await world.as('mia'), personal())
    const two = await world.tokens.issue(await world.as('max'), personal())
    const { validate } = validationOf(world)
    const { text } = request(one).presented
    await validate(request(one))
    const borrowed = `${text.split('.', 2).join('.')}.${request(two).presented.text.split('.')[2]}`
    await expect(validate(request(one, { presented: { header: 'x-api-key', text: borrowed } }))).rejects.toMatchObject({
      code: 'credential.invalid',
    })
    await expect(validate(request(one, { presented: { header: 'authorization', text } }))).rejects.toMatchObject({
      code: 'credential.wrong_header',
    })
  })
})

describe('an answer is about now, in this process and in another', () => {
  const processes = async () => {
    const other = await world.elsewhere()
    return { here: validationOf(world), there: validationOf(other), other }
  }

  const changes = [
    [
      'revoked',
      'token.revoked',
      async (id: string) => {
        await world.tokens.revoke(await world.as('mia'), id)
      },
    ],
    [
      'paused',
      'token.paused',
      async (id: string) => {
        await world.tokens.pause(await world.as('mia'), id)
      },
    ],
    [
      'its owner removed',
      'token.owner_gone',
      async () => {
        await members(world).removeMember(await world.as('olga'), { userId: 'mia' })
      },
    ],
    [
      'its owner demoted',
      'token.permission',
      async () => {
        await members(world).changeMemberRoles(await world.as('olga'), { userId: 'mia', roleKeys: ['read_only'] })
      },
    ],
  ] as const

  it.each(changes)('%s: refused on the very next request', async (_, code, change) => {
    const issued = await world.tokens.issue(await world.as('mia'), personal())
    const { here, there } = await processes()
    const asked = request(issued, { permissions: ['records:write'] })
    for (const { validate } of [here, there, here, there]) await validate(asked)
    await change(issued.token.id)
    // This process knows at once, on either engine; a node beside it as soon as it has heard.
    await expect(here.validate(asked)).rejects.toMatchObject({ code })
    await world.settled()
    for (const { validate } of [here, there]) await expect(validate(asked)).rejects.toMatchObject({ code })
    expect(there.uses.at(-1)?.outcome).toBe('refused')
  })

  it('resumed: good again', async () => {
    const issued = await world.tokens.issue(await world.as('mia'), personal())
    const { there } = await processes()
    await world.tokens.pause(await world.as('mia'), issued.token.id)
    await world.settled()
    await expect(there.validate(request(issued))).rejects.toMatchObject({ code: 'token.paused' })
    await world.tokens.resume(await world.as('mia'), issued.token.id)
    await world.settled()
    await expect(there.validate(request(issued))).resolves.toMatchObject({
      validation: { token: { id: issued.token.id } },
    })
  })

  it('expired: at the second its time ends, though it was warm', async () => {
    const expiry = { kind: 'after', seconds: 60 } as const
    const issued = await world.tokens.issue(await world.as('mia'), personal({ expiry }))
    const { validate } = validationOf(world)
    world.advance(59)
    await validate(request(issued))
    world.advance(1)
    await expect(validate(request(issued))).rejects.toMatchObject({ code: 'credential.expired' })
  })

  it('rotated: the former JWT is good through the overlap and not a second longer', async () => {
    const issued = await world.tokens.issue(await world.as('mia'), personal())
    const { validate } = validationOf(world)
    await validate(request(issued))
    const rotated = await world.tokens.rotate(await world.as('mia'), issued.token.id, { overlapSeconds: DAY_SECONDS })
    await validate(request(issued))
    world.advance(DAY_SECONDS)
    await expect(validate(request(issued))).rejects.toMatchObject({ code: 'token.revoked' })
    await expect(validate(request(rotated))).resolves.toMatchObject({ validation: { token: { id: issued.token.id } } })
  })

  it('would be stale without the feed (saboteur)', async () => {
    const issued = await world.tokens.issue(await world.as('mia'), personal())
    const deaf = validationOf(world, { changeFeed: { commitMark: () => 1, newest: () => 0, after: () => [] } })
    await deaf.validate(request(issued))
    await world.tokens.revoke(await world.as('mia'), issued.token.id)
    await expect(deaf.validate(request(issued))).resolves.toMatchObject({
      validation: { token: { id: issued.token.id } },
    })
  })
})

describe('inspecting', () => {
  const ADDRESS = '192.0.2.7'

  it('says of a good JWT of the tenant how it stands, and counts no use', async () => {
    const issued = await world.tokens.issue(await world.as('mia'), personal())
    const validation = validationOf(world)
    const { text } = request(issued).presented
    expect(await validation.inspect('acme', text, ADDRESS)).toMatchObject({
      claims: { purpose: 'access', tokenId: issued.token.id },
      standing: { token: { id: issued.token.id }, tenant: { id: 'acme' } },
    })
    expect(validation.uses).toEqual([])
    await world.tokens.pause(await world.as('mia'), issued.token.id)
    expect(await validation.inspect('acme', text, ADDRESS)).toBeUndefined()
    expect(await validation.inspect('acme', 'nonsense', ADDRESS)).toBeUndefined()
  })

  it('looks at nothing of another tenant, so that time tells nothing either', async () => {
    const issued = await world.tokens.issue(await world.as('gus'), personal())
    const read: string[] = []
    const standingStore = createStandingStore(world.connection)
    const { inspect } = validationOf(world, {
      standingStore: {
        find: (tenantId, tokenId) => {
          read.push(tokenId)
          return standingStore.find(tenantId, tokenId)
        },
      },
    })
    const { text } = request(issued).presented
    expect(await inspect('acme', text, ADDRESS)).toBeUndefined()
    expect(read).toEqual([])
    expect(await inspect('globex', text, ADDRESS)).toBeDefined()
    expect(read).toEqual([issued.token.id])
  })

  it('holds a token that is bound to addresses against the one it is told', async () => {
    const issued = await world.tokens.issue(await world.as('mia'), personal({ ipAllowlist: ['198.51.100.0/24'] }))
    const { inspect } = validationOf(world)
    const { text } = request(issued).presented
    for (const address of [undefined, ADDRESS]) expect(await inspect('acme', text, address)).toBeUndefined()
    expect(await inspect('acme', text, '198.51.100.7')).toBeDefined()
  })
})

describe('a reading that met a change', () => {
  it('answers its own request, but is not kept', async () => {
    const issued = await world.tokens.issue(await world.as('mia'), personal())
    const standingStore = createStandingStore(world.connection)
    let interfere = true
    const validation = validationOf(world, {
      standingStore: {
        find: async (tenantId, tokenId) => {
          const found = await standingStore.find(tenantId, tokenId)
          // Revoked between this reading and its end: the answer was already under way.
          if (interfere) await world.tokens.revoke(await world.as('mia'), issued.token.id)
          interfere = false
          return found
        },
      },
    })
    await validation.validate(request(issued))
    await expect(validation.validate(request(issued))).rejects.toMatchObject({ code: 'token.revoked' })
  })
})

describe('an account token', () => {
  it('outlives the person who made it', async () => {
    const issued = await world.tokens.issue(await world.as('adam'), account())
    const { validate } = validationOf(world)
    await members(world).removeMember(await world.as('olga'), { userId: 'adam' })
    const { validation } = await validate(request(issued, { permissions: ['projects:read'] }))
    expect(validation).toMatchObject({ tenant: { id: 'acme' }, permissions: ['projects:read'] })
    expect(validation).not.toHaveProperty('user')
  })
})

describe('a JWT of a row that is not there', () => {
  it('is as invalid as any other', async () => {
    const issued = await world.tokens.issue(await world.as('mia'), personal())
    const other = await tokenFixture()
    try {
      const { validate } = validationOf({ ...other, ports: { ...other.ports, keyRing: world.ports.keyRing } })
      await expect(validate(request(issued))).rejects.toMatchObject({ code: 'credential.invalid' })
    } finally {
      await other.remove()
    }
  })
})

describe('a database that does not answer', () => {
  it('is never taken for a good verdict, warm or cold', async () => {
    const issued = await world.tokens.issue(await world.as('mia'), personal())
    const other = await world.elsewhere()
    const { validate } = validationOf(other)
    await validate(request(issued))
    await other.connection.close()
    await expect(validate(request(issued))).rejects.toMatchObject({ code: expect.stringMatching(/^(server|store)\./) })
  })
})
