import { generateKeyPairSync } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import Provider from 'oidc-provider'
// oxlint-disable-next-line no-restricted-imports -- this folder is a package of its own, to which #bench means nothing
import { answerParent } from '../answer-parent.ts'

// oidc-provider as it comes, with its store in memory: bearer JWTs signed with ES256, refresh tokens that rotate.
const ISSUER = 'http://127.0.0.1'
const RESOURCE = 'http://127.0.0.1/api'
const CLIENT = { id: 'bench', secret: 'a-secret-of-the-benchmark-alone-0123456789' }
const LANES = 32

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const provider = new Provider(ISSUER, {
  clients: [
    {
      client_id: CLIENT.id,
      client_secret: CLIENT.secret,
      grant_types: ['client_credentials', 'refresh_token', 'authorization_code'],
      redirect_uris: ['http://127.0.0.1/callback'],
      response_types: ['code'],
      id_token_signed_response_alg: 'ES256',
    },
  ],
  jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), alg: 'ES256', use: 'sig', kid: 'bench' }] },
  scopes: ['offline_access', 'projects:read'],
  rotateRefreshToken: true,
  ttl: { AccessToken: 900, ClientCredentials: 900, RefreshToken: 86_400, Grant: 86_400 },
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    introspection: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => RESOURCE,
      useGrantedResource: () => true,
      getResourceServerInfo: (_ctx, resource) => ({
        scope: 'projects:read',
        accessTokenFormat: resource === RESOURCE ? 'jwt' : 'opaque',
        jwt: { sign: { alg: 'ES256' } },
      }),
    },
  },
  findAccount: (_ctx, id) => ({ accountId: id, claims: async () => ({ sub: id }) }),
})

const client = await provider.Client.find(CLIENT.id)
if (!client) throw new Error('no client')

const refreshToken = async (): Promise<string> => {
  const grant = new provider.Grant({ accountId: 'ada', clientId: CLIENT.id })
  grant.addOIDCScope('offline_access')
  grant.addResourceScope(RESOURCE, 'projects:read')
  const token = new provider.RefreshToken({
    client,
    accountId: 'ada',
    grantId: await grant.save(),
    gty: 'authorization_code',
    scope: 'offline_access projects:read',
    resource: RESOURCE,
    authTime: Math.floor(Date.now() / 1000),
  })
  return token.save()
}
const opaqueToken = async (): Promise<string> =>
  new provider.ClientCredentials({ client, scope: 'projects:read' }).save()

const chain = await Promise.all(Array.from({ length: LANES }, refreshToken))
const introspected = await opaqueToken()

const server = provider.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo
  const base = `http://127.0.0.1:${port}`
  const headers = {
    Authorization: `Basic ${Buffer.from(`${CLIENT.id}:${CLIENT.secret}`).toString('base64')}`,
    'Content-Type': 'application/x-www-form-urlencoded',
  }
  const posted = { url: `${base}/token`, method: 'POST', headers } as const
  answerParent({
    exchange: { ...posted, body: 'grant_type=client_credentials&scope=projects%3Aread' },
    refresh: { ...posted, body: 'grant_type=refresh_token', chain },
    introspect: { ...posted, url: `${base}/token/introspection`, body: `token=${introspected}` },
  })
})
process.on('SIGTERM', () => process.exit(0))
