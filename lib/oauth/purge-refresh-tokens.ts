import type { ChoreSpan } from '#lib/chores/run-chores.ts'
import type { OAuthStore } from '#lib/oauth/oauth-store.ts'
import { digestsFrom } from '#lib/oauth/refresh-text.ts'
import { forgottenUntil } from '#lib/oauth/refresh-token.ts'

/** Forgets the refresh tokens that expired long ago, whose client no longer exchanges: its exchanges would. */
export const purgeRefreshTokens =
  ({ oauthStore }: { readonly oauthStore: Pick<OAuthStore, 'purge'> }) =>
  ({ now }: ChoreSpan): Promise<void> => {
    const createdUntil = forgottenUntil(now)
    return oauthStore.purge({ createdUntil, digestsBelow: digestsFrom(createdUntil + 1) })
  }
