import type { Token } from '#lib/tokens/token.ts'

/** A live personal access token of Mia in acme, but for what is given. */
export const tokenWith = (given: Partial<Token> = {}): Token => ({
  tenantId: 'acme',
  id: 't-1',
  context: 'user',
  type: 'access_token',
  ownerUserId: 'mia',
  granter: { userId: 'mia', name: 'Mia', level: 20 },
  name: 'nightly',
  description: '',
  grant: { mode: 'owner' },
  ipAllowlist: [],
  metadata: {},
  createdAt: 1,
  expiresAt: null,
  revoked: null,
  paused: null,
  refreshMode: 'default',
  dpopRequiredAt: null,
  requestsPerMinute: null,
  hint: 'abcd',
  version: 0,
  ...given,
})
