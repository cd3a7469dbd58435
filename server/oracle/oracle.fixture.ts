import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type ClientMetadata, Provider } from 'oidc-provider'
import { type Party, type Side, sendTo } from '#server/oracle/side.fixture.ts'

// oidc-provider is certified, and thousands read its answers: where it differs from us, one of us needs a reason.

const RESOURCE = 'https://api.example'
const SCOPE = 'projects:read projects:write'
const MINUTE = 60

const registered = ({ id, secret }: Party, method: 'client_secret_basic' | 'client_secret_post'): ClientMetadata => ({
  client_id: id,
  client_secret: secret,
  token_endpoint_auth_method: method,
  grant_types: ['client_credentials', 'refresh_token', 'authorization_code'],
  redirect_uris: ['https://client.example/callback'],
  response_types: ['code'],
  scope: `${SCOPE} offline_access openid`,
})

// What Latchkey has, and nothing else.
const createOracle = (issuer: string, clients: ClientMetadata[]): Provider =>
  new Provider(issuer, {
    clients,
    scopes: [...SCOPE.split(' '), 'offline_access', 'openid'],
    clientAuthMethods: ['client_secret_basic', 'client_secret_post'],
    routes: { token: '/oauth/token', introspection: '/oauth/introspect', revocation: '/oauth/revoke' },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      introspection: { enabled: true },
      revocation: { enabled: true },
      userinfo: { enabled: false },
      resourceIndicators: {
        enabled: true,
        defaultResource: async () => [],
        useGrantedResource: async () => true,
        getResourceServerInfo: async (_context, resource) => {
          if (resource !== RESOURCE) throw Object.assign(new Error('invalid_target'), INVALID_TARGET)
          return { scope: SCOPE, audience: RESOURCE, accessTokenTTL: 15 * MINUTE }
        },
      },
    },
    // Its default rotates those of public clients alone.
    rotateRefreshToken: true,
    interactions: { url: () => '/interaction' },
    cookies: { keys: ['a key of tests'] },
    findAccount: async (_context, accountId) => ({ accountId, claims: async () => ({ sub: accountId }) }),
    ttl: { AccessToken: 15 * MINUTE, ClientCredentials: 15 * MINUTE, Grant: 3600, RefreshToken: 3600 },
  })

const INVALID_TARGET = {
  error: 'invalid_target',
  status: 400,
  statusCode: 400,
  expose: true,
  error_description: 'unknown resource',
}

const party = (id: string): Party => ({ id, secret: `secret-of-${id}-${'x'.repeat(24)}` })

/** An oidc-provider with three clients, one for each way to authenticate and one more. */
export const openOracle = async () => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const [basic, post, other] = [party('client-basic'), party('client-post'), party('client-other')]
  const provider = createOracle(url, [
    registered(basic, 'client_secret_basic'),
    registered(post, 'client_secret_post'),
    registered(other, 'client_secret_basic'),
  ])
  const handle = provider.callback()
  server.on('request', (request, response) => void handle(request, response))

  // It gives refresh tokens to people alone: one is made as if somebody had agreed.
  const refresh = async ({ id }: Party, scope = SCOPE): Promise<string> => {
    const client = await provider.Client.find(id)
    if (!client) throw new TypeError('no such client')
    const grant = new provider.Grant({ accountId: 'ada', clientId: id })
    grant.addOIDCScope(`${scope} openid offline_access`)
    grant.addResourceScope(RESOURCE, scope)
    const token = new provider.RefreshToken({
      client,
      accountId: 'ada',
      grantId: await grant.save(),
      gty: 'authorization_code',
      scope: `openid offline_access ${scope}`,
    } as never)
    return token.save()
  }
  const side: Side = {
    url,
    basic,
    post,
    other,
    resource: RESOURCE,
    refresh,
    access: async (who) => {
      const { body } = await sendTo(url, {
        form: [['grant_type', 'client_credentials']],
        authorization: `Basic ${Buffer.from(`${who.id}:${who.secret}`).toString('base64')}`,
        path: '/oauth/token',
      })
      return String(body['access_token'])
    },
  }
  return {
    ...side,
    stop: async (): Promise<void> => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
