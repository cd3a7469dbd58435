import type { BadgeTone } from '#components/ui/badge.tsx'
import type { TokenContext, TokenState, TokenType } from '#lib/tokens/token.ts'

/** The words for a token's type, context and state: one place, so that every page says the same. */

export type TypeWords = { readonly label: string; readonly header: string; readonly about: string }

export const TYPE_WORDS: Readonly<Record<TokenType, TypeWords>> = {
  access_token: {
    label: 'Access token',
    header: 'X-API-KEY',
    about: 'One string, sent as it is. For scripts and CI.',
  },
  client_credentials: {
    label: 'Client credentials',
    header: 'Authorization: Bearer',
    about: 'An ID and a secret, exchanged for a short-lived token. For services with an OAuth library.',
  },
}

export const STATE_WORDS: Readonly<Record<TokenState, { readonly label: string; readonly tone: BadgeTone }>> = {
  active: { label: 'Active', tone: 'success' },
  expiring: { label: 'Expires soon', tone: 'warning' },
  paused: { label: 'Paused', tone: 'info' },
  expired: { label: 'Expired', tone: 'neutral' },
  revoked: { label: 'Revoked', tone: 'danger' },
}

/** Whom a token acts for: the person who looks at it, someone else, or the account. */
export const contextTitle = (context: TokenContext, account: string, owner = 'Me'): string =>
  context === 'user' ? `${owner}, in ${account}` : `${account} (account)`

/** Whether a token can still be changed: revoked and expired ones cannot. */
export const isLive = (state: TokenState): boolean => state !== 'revoked' && state !== 'expired'
