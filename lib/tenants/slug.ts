const SLUG_LENGTH_MAX = 40

// Words that a URL may one day need where an account's name stands.
const RESERVED: ReadonlySet<string> = new Set(['admin', 'all', 'api', 'me', 'new', 'none', 'personal', 'settings'])

/** An account's name as it stands in URLs: lower-case letters, digits and single hyphens, at most 40. Pure. */
export const slugOf = (name: string): string => {
  const plain = name
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, SLUG_LENGTH_MAX)
    .replaceAll(/^-+|-+$/g, '')
  if (plain === '') return 'account'
  return RESERVED.has(plain) ? `${plain}-account` : plain
}
