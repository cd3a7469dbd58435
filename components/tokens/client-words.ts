import type { TokenDescription } from '#lib/tokens/describe-token.ts'
import type { RefreshMode } from '#lib/tokens/token.ts'

/** The words for how clients get refresh tokens: one place for form and facts. */
export const REFRESH_WORDS: Readonly<Record<RefreshMode, string>> = {
  default: 'Default',
  on: 'Always',
  off: 'Never: it exchanges again',
}

type Described = Pick<TokenDescription, 'token' | 'credentials'>

/** Whether a client proves itself by keys of its own: as its newest credential does. */
export const hasOwnKeys = ({ credentials }: Pick<Described, 'credentials'>): boolean =>
  credentials[0]?.kind === 'public_jwks'

/** The facts that only clients of the token endpoint have; none for other tokens. */
export const clientFacts = (described: Described): readonly (readonly [term: string, words: string])[] => {
  const { type, refreshMode, dpopRequiredAt } = described.token
  if (type !== 'client_credentials') return []
  return [
    ['Proves itself', hasOwnKeys(described) ? 'By its own key (private_key_jwt)' : 'By a secret'],
    ['Refresh tokens', REFRESH_WORDS[refreshMode]],
    ...(dpopRequiredAt === null ? [] : [['Bound', 'To a key of the client (DPoP)'] as const]),
  ]
}
