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
  readonly against: readonly {
    readonly name: string
    readonly side: Side
    readonly atLeast: number
    /** Ours as well, with fewer tokens: what either holds of the machine's memory is compared too. */
    readonly isOurs?: true
  }[]
}

type Held = Work['against'][number]

const FEW = 1000
// Of fewer none would be left that was never seen.
const FEW_COLD_MIN = 200_000

const sameWith = (few: number, side: Side): Held => ({
  name: `the same with ${few.toLocaleString('en')} tokens`,
  side,
  atLeast: 0.9,
  isOurs: true,
})

/** A work held against others, and against itself with few tokens. */
const heldWithFew = (name: string, sideOf: (tokens?: number) => Side, ...against: readonly Held[]): Work => ({
  name,
  ours: sideOf(),
  // First, while both have done the same: what they hold of memory is compared as well.
  against: [sameWith(FEW, sideOf(FEW)), ...against],
})

// A token is cold once, and the one with all of them is held against two.
const coldOf = (count: number, tokens: number, cold: number): number =>
  count === FEW ? 0 : count === tokens ? 2 * cold : cold

/** The comparisons, with so many tokens in our database; of these so many are used up as cold in each. */
export const worksWith = (tokens: number, cold: number): readonly Work[] => {
  const fewCold = Math.max(FEW_COLD_MIN, cold)
  const ours =
    (target: string) =>
    (count = tokens): Side => ({
      server: ['./latchkey-server.ts', String(count), String(coldOf(count, tokens, cold))],
      target,
    })
  const pages =
    (target: string) =>
    (count = 100_000): Side => ({ server: ['./pages-server.ts', String(count)], target })
  const bare: Held = {
    name: 'bare node:http reply',
    side: { server: ['./bare-server.ts'], target: 'reply' },
    atLeast: 0.6,
  }
  const betterAuth: Side = { server: ['./peers/better-auth.ts'], target: 'verify' }
  const oidc = (target: string, atLeast: number, name = 'oidc-provider in memory'): Held => ({
    name,
    side: { server: ['./peers/oidc-server.ts'], target },
    atLeast,
  })
  const jose: Side = { server: ['./verify-inside.ts'], target: 'verify', inside: true }
  return [
    heldWithFew('validate, warm, access token', ours('access'), bare, {
      name: 'better-auth verifyApiKey',
      side: betterAuth,
      atLeast: 15,
    }),
    heldWithFew('validate, warm, bearer JWT', ours('bearer'), bare),
    {
      // Each of a thousand tokens could be cold once: that is over in a third of a second.
      name: 'validate, cold, access token',
      ours: ours('cold')(),
      against: [
        ...(tokens > fewCold ? [sameWith(fewCold, ours('cold')(fewCold))] : []),
        { name: 'jose alone, no HTTP', side: jose, atLeast: 0.7 },
      ],
    },
    heldWithFew('introspection', ours('introspect'), oidc('introspect', 3)),
    heldWithFew('exchange without refresh token', ours('exchange'), oidc('exchange', 2)),
    heldWithFew(
      'exchange with refresh token',
      ours('exchangeWithRefresh'),
      oidc('exchange', 1.5, 'oidc-provider in memory, without'),
    ),
    heldWithFew('refresh with rotation', ours('refresh'), oidc('refresh', 1.5)),
    heldWithFew('token list page, first byte, 100,000 tokens in the account', pages('list'), {
      name: 'a page of static text',
      side: pages('text')(),
      atLeast: 0.5,
    }),
  ]
}
