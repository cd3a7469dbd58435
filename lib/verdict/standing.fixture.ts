import { tokenWith } from '#lib/tokens/token.fixture.ts'
import type { Token } from '#lib/tokens/token.ts'
import type { Standing } from '#lib/verdict/standing.ts'
import type { VerifiedClaims } from '#lib/verdict/verified-claims.ts'

/** The present of the verdict's tests. */
export const NOW = 1_800_000_000

const OF_ADA = {
  id: 'token-1',
  ownerUserId: 'ada',
  granter: { userId: 'ada', name: 'Ada', level: 20 },
  name: 'CI',
  createdAt: NOW - 1000,
  expiresAt: NOW + 1000,
}

/** How a live token of Ada stands, but for what is given. */
export const standingWith = (token: Partial<Token> = {}, given: Partial<Standing> = {}): Standing => ({
  token: tokenWith({ ...OF_ADA, ...token }),
  tenant: { id: 'acme', name: 'Acme' },
  user: { id: 'ada', email: 'ada@acme.example', name: 'Ada' },
  permissions: new Set(['projects:read', 'reports:read']),
  catalog: new Set(['projects:read', 'projects:write', 'reports:read']),
  roles: ['member'],
  switchedOff: false,
  credentialEnds: new Map([['jwt-1', null]]),
  endedFamilies: new Set(),
  answers: new Map(),
  ...given,
})

/** Claims of its access JWT, but for what is given. */
export const claimsWith = (given: Partial<VerifiedClaims> = {}): VerifiedClaims => ({
  purpose: 'access',
  tenantId: 'acme',
  tokenId: 'token-1',
  id: 'jwt-1',
  issuer: 'https://id.example',
  audience: 'https://api.example',
  issuedAt: NOW - 1000,
  expiresAt: NOW + 1000,
  notBefore: NOW - 1000,
  credentialId: undefined,
  familyId: undefined,
  scope: undefined,
  thumbprint: undefined,
  ...given,
})
