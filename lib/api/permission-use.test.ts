import { afterAll, beforeAll, expect, it } from 'vitest'
import { type ApiWorld, apiWorld } from '#db/contract/api-world.ts'
import { permissions, personal, START } from '#db/contract/token-fixture.ts'
import { DAY_SECONDS, toRfc3339 } from '#lib/time/duration.ts'

// What a token's page and its route tell of the permissions that validations asked for.

let world: ApiWorld
beforeAll(async () => {
  world = await apiWorld()
})
afterAll(() => world.remove())

const issued = async () => {
  const asked = personal({ grant: permissions('projects:read', 'reports:read') })
  const { token, secret } = await world.tokens.issue(await world.as('mia'), asked)
  const text = secret.type === 'access_token' ? secret.accessToken : ''
  const mia = await world.browserOf('mia')
  return {
    validate: async (query: string, headers: Record<string, string> = {}) =>
      (await world.send(`/api/v1/validate${query}`, { headers: { 'X-API-KEY': text, ...headers } })).status,
    told: async () => {
      await world.portal.flushUsage()
      return (await mia.request('GET', `/api/v1/tenants/acme/tokens/${token.id}`)).json
    },
  }
}

const lastDay = toRfc3339(START - (START % DAY_SECONDS))

it('is told by permission, and each use once by day', async () => {
  const { validate, told } = await issued()
  expect(await told()).toMatchObject({ use: [], permissionUse: [] })
  expect(await validate('?permission=projects:read&permission=reports:read')).toBe(200)
  expect(await validate('?permission=reports:read')).toBe(200)
  expect(await validate('')).toBe(200)
  expect(await told()).toMatchObject({
    use: [{ accepted: 3, refused: 0 }],
    permissionUse: [
      { permission: 'projects:read', accepted: 1, refused: 0, lastDay },
      { permission: 'reports:read', accepted: 2, refused: 0, lastDay },
    ],
  })
})

it('counts a permission once for a question in which it stands twice', async () => {
  const { validate, told } = await issued()
  const twice = '?permission=projects:read&permission=projects:read'
  expect(await validate(twice, { 'X-Latchkey-Permission': 'projects:read' })).toBe(200)
  expect(await told()).toMatchObject({ permissionUse: [{ permission: 'projects:read', accepted: 1 }] })
})

it('of refused uses tells only what there is in the catalog, or whoever holds a token could fill the table', async () => {
  const { validate, told } = await issued()
  const query = '?permission=projects:read&permission=projects:delete&permission=stranger:made_up'
  expect(await validate(query)).toBe(403)
  await world.rights.withdraw('projects:delete')
  expect(await validate(query)).toBe(403)
  expect(await validate('?permission=stranger:made_up')).toBe(403)
  expect(await told()).toMatchObject({
    use: [{ accepted: 0, refused: 3 }],
    permissionUse: [
      { permission: 'projects:delete', accepted: 0, refused: 1, lastDay },
      { permission: 'projects:read', accepted: 0, refused: 2, lastDay },
    ],
  })
})
