/** What was found: a client secret, a refresh token, or one of our two kinds of JWT. */
export type FoundKind = 'client_secret' | 'refresh_token' | 'access_jwt' | 'bearer_jwt'

/** A credential of ours that somebody else holds. */
export type FoundCredential = {
  readonly kind: FoundKind
  readonly tenantId: string
  readonly tokenId: string
  /** Id of the credential; of a bearer JWT its `jti`, of a refresh token its place in its token's sequence. */
  readonly credentialId: string
  /** What came of the same exchange; undefined where it is the token's own credential. */
  readonly familyId: string | undefined
  /** First second at which it is of no use any more, by what it says itself; null: it says none. */
  readonly endsAt: number | null
}

/** The address of somebody's calendar: it opens names and dates, and is no token's. By the digests of its secret. */
export type FoundCalendar = { readonly kind: 'calendar'; readonly digests: readonly string[] }

/** Different credentials that are looked for in one text, at most. */
export const FOUND_MAX = 20

// Neither a quote, an equals sign, a comma nor white space is part of a credential. One pass: a text of 64 KB costs as
// much as any other.
const BETWEEN = /[^\w.-]+/

const trimmed = (piece: string): string => piece.replace(/^\.+/, '').replace(/\.+$/, '')

/** The different words of a text that could be credentials, in their order: `TOKEN=lks_…` and `"Bearer eyJ…"` hold one. */
export const wordsIn = (text: string): readonly string[] => [
  ...new Set(
    text
      .split(BETWEEN)
      .map(trimmed)
      .filter((word) => word !== ''),
  ),
]
