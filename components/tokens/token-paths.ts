/** Where the pages of tokens stand. */

const listPath = (slug: string): string => `/a/${encodeURIComponent(slug)}/tokens`

type TokenPage = 'edit' | 'rotate' | 'pause' | 'revoke' | 'last-use' | `rotation/${'finish' | 'extend' | 'cancel'}`

export const tokenPaths = (slug: string) => ({
  personal: listPath(slug),
  account: `${listPath(slug)}/account`,
  fresh: `${listPath(slug)}/new`,
  freshAccount: `${listPath(slug)}/new?context=tenant`,
  like: (tokenId: string) => `${listPath(slug)}/new?like=${encodeURIComponent(tokenId)}`,
  token: (tokenId: string, page?: TokenPage) =>
    `${listPath(slug)}/${encodeURIComponent(tokenId)}${page === undefined ? '' : `/${page}`}`,
  /** The list in which a token of this context stands. */
  list: (context: 'user' | 'tenant') => (context === 'user' ? listPath(slug) : `${listPath(slug)}/account`),
})

/** The page that asks who one is again and then leads on. */
export const confirmPath = (next: string): string => `/confirm?next=${encodeURIComponent(next)}`
