import { decodeJwt, decodeProtectedHeader, SignJWT } from 'jose'
import type { Made } from '#bench/fill-database.ts'
import { openSqlite } from '#db/open-sqlite.ts'
import type { Config } from '#lib/config/config.ts'
import type { Log } from '#lib/errors/log.ts'
import { ACCESS_JWT_TYPE } from '#lib/tokens/mint-credential.ts'
import { systemClock } from '#server/adapters/system-clock.ts'
import { composePorts } from '#server/compose.ts'

/** Access JWTs of tokens that were made by hand, like one that the portal issued, by the key that signs now. */
export const signAccessTokens = async (
  config: Config,
  file: string,
  secret: string,
  like: string,
  made: readonly Made[],
  log: Log,
): Promise<readonly string[]> => {
  const connection = openSqlite(file)
  const { keyRing } = await composePorts({ config, connection, secrets: [secret], clock: systemClock, log })
  const { kid, algorithm, privateKey } = keyRing.signing('access')
  const claims = decodeJwt(like)
  if (decodeProtectedHeader(like).typ !== ACCESS_JWT_TYPE) throw new Error('an access JWT is of another type now')
  const texts: string[] = []
  for (const { tenantId, id, jti } of made) {
    const jwt = new SignJWT({ ...claims, sub: id, jti, tenantId })
    texts.push(await jwt.setProtectedHeader({ alg: algorithm, kid, typ: ACCESS_JWT_TYPE }).sign(privateKey))
  }
  await connection.close()
  return texts
}
