/** One side of a comparison: a process of this folder, and which of its targets. `inside`: measured without HTTP. */
export type Side = {
  readonly server: readonly [file: string, ...args: string[]]
  readonly target: string
  readonly inside?: boolean
}

/** A work of ours, what it is held against, and how many times as fast it has to be at least. */
export type Work = {
  readonly name: string
  readonly ours: Side
  readonly against: readonly { readonly name: string; readonly side: Side; readonly atLeast: number }[]
}

/** The comparisons, with so many tokens in our database. */
export const worksWith = (tokens: number, cold: number): readonly Work[] => {
  const ours = (target: string, count = tokens): Side => ({
    server: ['./latchkey-server.ts', String(count), String(count === tokens ? cold : 0)],
    target,
  })
  const bare = {
    name: 'bare node:http reply',
    side: { server: ['./bare-server.ts'], target: 'reply' },
    atLeast: 0.6,
  } as const
  const betterAuth: Side = { server: ['./peers/better-auth.ts'], target: 'verify' }
  const oidc = (target: string): Side => ({ server: ['./peers/oidc-server.ts'], target })
  const pages = (target: string): Side => ({ server: ['./pages-server.ts', '100000'], target })
  const jose: Side = { server: ['./verify-inside.ts'], target: 'verify', inside: true }
  return [
    {
      name: 'validate, warm, access token',
      ours: ours('access'),
      against: [
        bare,
        { name: 'better-auth verifyApiKey', side: betterAuth, atLeast: 15 },
        { name: 'the same with 1,000 tokens', side: ours('access', 1000), atLeast: 0.9 },
      ],
    },
    { name: 'validate, warm, bearer JWT', ours: ours('bearer'), against: [bare] },
    {
      name: 'validate, cold, access token',
      ours: ours('cold'),
      against: [{ name: 'jose alone, no HTTP', side: jose, atLeast: 0.7 }],
    },
    {
      name: 'introspection',
      ours: ours('introspect'),
      against: [{ name: 'oidc-provider in memory', side: oidc('introspect'), atLeast: 3 }],
    },
    {
      name: 'exchange without refresh token',
      ours: ours('exchange'),
      against: [{ name: 'oidc-provider in memory', side: oidc('exchange'), atLeast: 2 }],
    },
    {
      name: 'exchange with refresh token',
      ours: ours('exchangeWithRefresh'),
      against: [{ name: 'oidc-provider in memory, without', side: oidc('exchange'), atLeast: 1.5 }],
    },
    {
      name: 'refresh with rotation',
      ours: ours('refresh'),
      against: [{ name: 'oidc-provider in memory', side: oidc('refresh'), atLeast: 1.5 }],
    },
    {
      name: 'token list page, first byte, 100,000 tokens in the account',
      ours: pages('list'),
      against: [{ name: 'a page of static text', side: pages('text'), atLeast: 0.5 }],
    },
  ]
}
