import { asBasic, type Party, type Sent, type Shape, type Side, sendTo } from '#server/oracle/side.fixture.ts'

type Pairs = readonly (readonly [string, string])[]
type Made = (side: Side) => Promise<Pairs>

const revoke = async (side: Side, token: string): Promise<string> => {
  await sendTo(side.url, { path: '/oauth/revoke', authorization: asBasic(side.basic), form: [['token', token]] })
  return token
}

/** What is said of tokens. */
const QUESTIONS: readonly (readonly [name: string, make: Made, who?: (side: Side) => Party])[] = [
  ['no token', async () => []],
  ['an empty token', async () => [['token', '']]],
  ['a token of nobody', async () => [['token', 'nobody-knows-this-token']]],
  ['a token of three parts of nobody', async () => [['token', 'eyJhbGciOiJub25lIn0.e30.AAAA']]],
  ['a token of 4000 characters', async () => [['token', 'x'.repeat(4000)]]],
  ['a token with a line feed', async () => [['token', 'a\nb']]],
  [
    'two tokens',
    async (side) => [
      ['token', await side.access(side.basic)],
      ['token', 'a'],
    ],
  ],
  ['a bearer token', async (side) => [['token', await side.access(side.basic)]]],
  ['a refresh token', async (side) => [['token', await side.refresh(side.basic)]]],
  [
    'a bearer token, rightly called',
    async (side) => [
      ['token', await side.access(side.basic)],
      ['token_type_hint', 'access_token'],
    ],
  ],
  [
    'a bearer token, called a refresh token',
    async (side) => [
      ['token', await side.access(side.basic)],
      ['token_type_hint', 'refresh_token'],
    ],
  ],
  [
    'a refresh token, rightly called',
    async (side) => [
      ['token', await side.refresh(side.basic)],
      ['token_type_hint', 'refresh_token'],
    ],
  ],
  [
    'a refresh token, called a bearer token',
    async (side) => [
      ['token', await side.refresh(side.basic)],
      ['token_type_hint', 'access_token'],
    ],
  ],
  [
    'a bearer token, called what nobody knows',
    async (side) => [
      ['token', await side.access(side.basic)],
      ['token_type_hint', 'urn:example:any'],
    ],
  ],
  [
    'a bearer token, called nothing',
    async (side) => [
      ['token', await side.access(side.basic)],
      ['token_type_hint', ''],
    ],
  ],
  [
    'two names for its kind',
    async () => [
      ['token', 'a'],
      ['token_type_hint', 'access_token'],
      ['token_type_hint', 'access_token'],
    ],
  ],
  [
    'a bearer token of another client',
    async (side) => [['token', await side.access(side.basic)]],
    ({ other }) => other,
  ],
  [
    'a refresh token of another client',
    async (side) => [['token', await side.refresh(side.basic)]],
    ({ other }) => other,
  ],
  ['a revoked bearer token', async (side) => [['token', await revoke(side, await side.access(side.basic))]]],
  ['a revoked refresh token', async (side) => [['token', await revoke(side, await side.refresh(side.basic))]]],
  ['a client secret', async ({ basic }) => [['token', basic.secret]]],
  ['a client id', async ({ basic }) => [['token', basic.id]]],
]

const PATHS = ['/oauth/introspect', '/oauth/revoke'] as const

/** What introspection and revocation are asked. */
export const QUESTION_SHAPES: readonly Shape[] = PATHS.flatMap((path) =>
  QUESTIONS.map(([name, make, who]) => ({
    name: `${path} of ${name}`,
    make: async (side: Side): Promise<Sent> => ({
      path,
      authorization: asBasic(who?.(side) ?? side.basic),
      form: await make(side),
    }),
  })),
)
