import type { Said } from '#server/oracle/side.fixture.ts'

/** Shapes to which the two answer differently, and why ours is what it is. */
export type Difference = {
  readonly ours: string
  readonly theirs: string
  readonly because: string
  readonly shapes: readonly string[]
}

const EACH = ['/oauth/token', '/oauth/introspect', '/oauth/revoke']
const ofEach = (...names: readonly string[]): readonly string[] =>
  EACH.flatMap((path) => names.map((name) => `${path} ${name}`))

/** Every difference that is known. Another one, or one of these that does not occur, is a fault. */
export const DIFFERENCES: readonly Difference[] = [
  {
    ours: '401 invalid_client',
    theirs: '400 invalid_request',
    because: 'RFC 6749 §5.2: "no client authentication included" is invalid_client',
    shapes: ofEach('not at all', 'by a secret alone', 'in the form, no id', 'in the query'),
  },
  {
    ours: '401 invalid_client',
    theirs: '400 invalid_request',
    because:
      'RFC 6749 §5.2: who tried in Authorization and failed is answered 401 with a challenge, however they failed',
    shapes: ofEach(
      'by Basic, no secret',
      'by Basic, no id',
      'by Basic, no colon',
      'by Basic, nothing',
      'by Basic, no base64',
      'by Basic, broken percent sign',
      'by Basic, NUL after the secret',
      'by Bearer',
      'by Digest',
    ),
  },
  ...(
    [
      ['/oauth/token', '200'],
      ['/oauth/introspect', '200 inactive'],
      ['/oauth/revoke', '200'],
    ] as const
  ).map(([path, theirs]) => ({
    ours: '400 invalid_request',
    theirs,
    because: 'RFC 6749 §3.2: parameters stand once; unknown ones are ignored in what they say, not in how often',
    shapes: [`${path} with an unknown parameter twice`],
  })),
  {
    ours: '405 invalid_request',
    theirs: '404',
    because: 'RFC 9110 §15.5.6: the address is there, the method is not',
    shapes: ofEach('with GET', 'with PUT', 'with DELETE', 'with PATCH'),
  },
  {
    ours: '405',
    theirs: '404',
    because: 'RFC 9110 §15.5.6, and §9.3.2: an answer to HEAD has no body',
    shapes: ofEach('with HEAD'),
  },
  {
    ours: '400 invalid_scope',
    theirs: '200',
    because: 'RFC 6749 §3.3 allows to pass over a scope nobody knows; who asked for it would find out at work (§5.2)',
    shapes: ['exchange: a scope of nobody', 'exchange: a scope of nobody beside a good one'],
  },
  {
    ours: '200',
    theirs: '400 invalid_grant',
    because: 'RFC 9700 §4.14.2 leaves lost answers open: for 60 s the same successor is given again (decision 0042)',
    shapes: ['refresh: one that was used just now'],
  },
  {
    ours: '200 inactive',
    theirs: '400 unsupported_token_type',
    because: 'RFC 7662 §2.2: what is not ours is inactive. There JWTs are not introspected, ours are JWTs',
    shapes: ['/oauth/introspect of a token of three parts of nobody'],
  },
  {
    ours: '200 inactive',
    theirs: '200 active',
    because: 'RFC 7662 §2.2: a client that may not know gets inactive; a refresh token is its own client’s matter',
    shapes: ['/oauth/introspect of a refresh token of another client'],
  },
  {
    ours: '200',
    theirs: '400 unsupported_token_type',
    because: 'RFC 7009 §2.2: an invalid token is no error. There JWTs are not revoked, ours are JWTs',
    shapes: ['/oauth/revoke of a token of three parts of nobody'],
  },
  {
    ours: '200',
    theirs: '400 invalid_request',
    because: 'RFC 7009 §2.2: for this client it is an invalid token; another answer would say that it exists (0047)',
    shapes: ['/oauth/revoke of a bearer token of another client', '/oauth/revoke of a refresh token of another client'],
  },
]

/** An answer as differences name it: status, then `error` or what introspection said. */
export const inWords = ({ status, error, active }: Said): string =>
  [status, error ?? (active === undefined ? undefined : active ? 'active' : 'inactive')]
    .filter((word) => word !== undefined)
    .join(' ')

/** What both sides said to a shape. */
export type Answered = { readonly shape: string; readonly ours: string; readonly theirs: string }

/** Differences that nobody declared, and declared ones that did not occur as they were declared. */
export const complaints = (answered: readonly Answered[], declared: readonly Difference[]): readonly string[] => {
  const expected = new Map(declared.flatMap((one) => one.shapes.map((shape) => [shape, one] as const)))
  const unexpected = answered.flatMap(({ shape, ours, theirs }) => {
    const one = expected.get(shape)
    if (one === undefined) return ours === theirs ? [] : [`${shape}: ours ${ours}, theirs ${theirs}`]
    return one.ours === ours && one.theirs === theirs ? [] : [`${shape}: declared, but ours ${ours}, theirs ${theirs}`]
  })
  const asked = new Set(answered.map(({ shape }) => shape))
  return [
    ...unexpected,
    ...[...expected.keys()].filter((shape) => !asked.has(shape)).map((shape) => `${shape}: unknown`),
  ]
}
