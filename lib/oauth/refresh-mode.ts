import type { EnvironmentSettings } from '#lib/access/environment-store.ts'
import type { Token } from '#lib/tokens/token.ts'

/** Whether a client gets refresh tokens, and may use those it has: as its token says, else as the environment does. Pure. */
export const getsRefreshTokens = (
  { refreshMode }: Pick<Token, 'refreshMode'>,
  { refreshTokens }: Pick<EnvironmentSettings, 'refreshTokens'>,
): boolean => (refreshMode === 'default' ? refreshTokens : refreshMode === 'on')
