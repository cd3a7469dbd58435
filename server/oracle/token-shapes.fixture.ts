import { asBasic, type Party, type Sent, type Shape, type Side, sendTo } from '#server/oracle/side.fixture.ts'

type Pairs = readonly (readonly [string, string])[]

const asking = (side: Side, form: Pairs, who: Party = side.basic): Sent => ({
  path: '/oauth/token',
  authorization: asBasic(who),
  form,
})

const exchange = (name: string, more: Pairs | ((side: Side) => Pairs)): Shape => ({
  name: `exchange: ${name}`,
  make: (side) =>
    asking(side, [['grant_type', 'client_credentials'], ...(typeof more === 'function' ? more(side) : more)]),
})

const grant = (name: string, form: Pairs): Shape => ({ name: `grant: ${name}`, make: (side) => asking(side, form) })

const GRANTS: readonly Shape[] = [
  grant('none', []),
  grant('empty', [['grant_type', '']]),
  grant('unknown', [['grant_type', 'urn:example:any']]),
  grant('in capitals', [['grant_type', 'CLIENT_CREDENTIALS']]),
  grant('a space after', [['grant_type', 'client_credentials ']]),
  grant('password', [
    ['grant_type', 'password'],
    ['username', 'a'],
    ['password', 'b'],
  ]),
  grant('device code', [
    ['grant_type', 'urn:ietf:params:oauth:grant-type:device_code'],
    ['device_code', 'a'],
  ]),
  grant('token exchange', [
    ['grant_type', 'urn:ietf:params:oauth:grant-type:token-exchange'],
    ['subject_token', 'a'],
  ]),
  grant('JWT bearer', [
    ['grant_type', 'urn:ietf:params:oauth:grant-type:jwt-bearer'],
    ['assertion', 'a.b.c'],
  ]),
  grant('implicit', [['grant_type', 'implicit']]),
  grant('two of them', [
    ['grant_type', 'client_credentials'],
    ['grant_type', 'refresh_token'],
  ]),
]

const EXCHANGES: readonly Shape[] = [
  exchange('a scope', [['scope', 'projects:read']]),
  exchange('two scopes', [['scope', 'projects:read projects:write']]),
  exchange('a scope twice in one', [['scope', 'projects:read projects:read']]),
  exchange('no scope', [['scope', '']]),
  exchange('a scope of nobody', [['scope', 'nobody:reads']]),
  exchange('a scope of nobody beside a good one', [['scope', 'projects:read nobody:reads']]),
  exchange('scope twice', [
    ['scope', 'projects:read'],
    ['scope', 'projects:read'],
  ]),
  exchange('a resource', (side) => [['resource', side.resource]]),
  exchange('a resource and a scope', (side) => [
    ['resource', side.resource],
    ['scope', 'projects:read'],
  ]),
  exchange('a resource of nobody', [['resource', 'https://nobody.example']]),
  exchange('a resource that is no URI', [['resource', 'nobody']]),
  exchange('a resource with a fragment', (side) => [['resource', `${side.resource}#a`]]),
  exchange('two resources', (side) => [
    ['resource', side.resource],
    ['resource', 'https://nobody.example'],
  ]),
  exchange('a refresh token that nobody asked for', [['refresh_token', 'a']]),
]

type Made = (side: Side) => Promise<Pairs>

const refresh = (name: string, make: Made, who?: (side: Side) => Party): Shape => ({
  name: `refresh: ${name}`,
  make: async (side) => asking(side, [['grant_type', 'refresh_token'], ...(await make(side))], who?.(side)),
})

const fresh = async (side: Side): Promise<readonly [string, string]> => [
  'refresh_token',
  await side.refresh(side.basic),
]

const use = async (side: Side, token: string): Promise<string> => {
  const form = [
    ['grant_type', 'refresh_token'],
    ['refresh_token', token],
  ] as const
  return String((await sendTo(side.url, asking(side, form))).body['refresh_token'])
}

const REFRESHES: readonly Shape[] = [
  refresh('a good one', async (side) => [await fresh(side)]),
  refresh('none', async () => []),
  refresh('an empty one', async () => [['refresh_token', '']]),
  refresh('of nobody', async () => [['refresh_token', 'nobody-knows-this-token']]),
  refresh('twice in one request', async (side) => [await fresh(side), await fresh(side)]),
  refresh('a character more', async (side) => [['refresh_token', `${await side.refresh(side.basic)}x`]]),
  refresh('a bearer token', async (side) => [['refresh_token', await side.access(side.basic)]]),
  refresh(
    'of another client',
    async (side) => [await fresh(side)],
    (side) => side.other,
  ),
  refresh('the next one', async (side) => [['refresh_token', await use(side, await side.refresh(side.basic))]]),
  refresh('one that was used just now', async (side) => {
    const token = await side.refresh(side.basic)
    await use(side, token)
    return [['refresh_token', token]]
  }),
  refresh('one whose next one was used', async (side) => {
    const token = await side.refresh(side.basic)
    await use(side, await use(side, token))
    return [['refresh_token', token]]
  }),
  refresh('the last one after a theft', async (side) => {
    const token = await side.refresh(side.basic)
    const last = await use(side, await use(side, token))
    await use(side, token)
    return [['refresh_token', last]]
  }),
  refresh('less scope', async (side) => [await fresh(side), ['scope', 'projects:read']]),
  refresh('the same scope', async (side) => [await fresh(side), ['scope', 'projects:read projects:write']]),
  refresh('no scope', async (side) => [await fresh(side), ['scope', '']]),
  refresh('a scope of nobody', async (side) => [await fresh(side), ['scope', 'nobody:reads']]),
  refresh('more scope', async (side) => [
    ['refresh_token', await side.refresh(side.basic, 'projects:read')],
    ['scope', 'projects:read projects:write'],
  ]),
  refresh('a resource of nobody', async (side) => [await fresh(side), ['resource', 'https://nobody.example']]),
]

/** What the token endpoint is asked for. */
export const TOKEN_SHAPES: readonly Shape[] = [...GRANTS, ...EXCHANGES, ...REFRESHES]
