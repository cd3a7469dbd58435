import { asBasic, type Party, type Side, sendTo } from '#server/oracle/side.fixture.ts'
import { serveHere } from '#server/served-here.fixture.ts'

const SCOPE = 'projects:read projects:write'

/** The real server as the oracle's counterpart: three clients that may do the same. */
export const openOurSide = async () => {
  const here = await serveHere()
  const client = async (): Promise<Party> =>
    here.client({ grant: { mode: 'permissions', permissions: SCOPE.split(' ') } })
  const exchange = async (who: Party, scope: string) => {
    const form = [
      ['grant_type', 'client_credentials'],
      ['scope', scope],
    ] as const
    const { body } = await sendTo(here.url, { path: '/oauth/token', authorization: asBasic(who), form })
    return body
  }
  const side: Side = {
    url: here.url,
    basic: await client(),
    post: await client(),
    other: await client(),
    resource: here.url,
    access: async (who) => String((await exchange(who, SCOPE))['access_token']),
    refresh: async (who, scope = SCOPE) => String((await exchange(who, scope))['refresh_token']),
  }
  return { ...side, stop: here.stop }
}
