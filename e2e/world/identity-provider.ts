import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { exportJWK, generateKeyPair, type JWK } from 'jose'
import { Provider } from 'oidc-provider'
import { memoryAdapter } from '#e2e/world/provider-memory.ts'

/** A real OpenID Connect provider; whoever types an address there is that person. */
export type IdentityProvider = {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  /** Lets the portal at this address send people here. */
  serve(portalUrl: string): void
  stop(): Promise<void>
}

const CLIENT_ID = 'latchkey'
const CLIENT_SECRET = 'a-client-secret-of-the-provider'
const UNVERIFIED = 'unverified.'

const createProvider = (issuer: string, portalUrl: string, key: JWK): Provider =>
  new Provider(issuer, {
    adapter: memoryAdapter,
    jwks: { keys: [key] },
    clients: [
      {
        client_id: CLIENT_ID,
        client_secret: CLIENT_SECRET,
        redirect_uris: [`${portalUrl}/api/auth/callback/oidc`],
        grant_types: ['authorization_code'],
        response_types: ['code'],
      },
    ],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    // Claims in the ID token, as most providers have them.
    conformIdTokenClaims: false,
    ttl: { AccessToken: 600, Grant: 600, IdToken: 600, Interaction: 600, Session: 600 },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    cookies: { keys: ['a key of tests'] },
    findAccount: (_context, id) => ({
      accountId: id,
      claims: () => ({
        sub: id,
        email: id.replace(UNVERIFIED, ''),
        email_verified: !id.startsWith(UNVERIFIED),
        name: id.split('@')[0],
      }),
    }),
    // Nobody is asked for consent: the portal is the provider's own.
    loadExistingGrant: async ({ oidc }) => {
      const { client, session } = oidc
      if (!client || !session?.accountId || !oidc.provider) return undefined
      const grant = new oidc.provider.Grant({ clientId: client.clientId, accountId: session.accountId })
      grant.addOIDCScope('openid email profile')
      await grant.save()
      return grant
    },
  })

const FORM = `<!doctype html><html lang="en"><title>Provider</title><link rel="icon" href="data:,">
<form method="post"><label>Account <input name="account"></label><button>Continue</button></form></html>`

const interact = async (provider: Provider, request: IncomingMessage, response: ServerResponse): Promise<void> => {
  if (request.method !== 'POST') {
    response.setHeader('Content-Type', 'text/html').end(FORM)
    return
  }
  const accountId = new URLSearchParams(await text(request)).get('account') ?? ''
  await provider.interactionFinished(request, response, { login: { accountId } })
}

/** Starts a provider on a free port. */
export const startIdentityProvider = async (): Promise<IdentityProvider> => {
  const behind: { provider?: Provider } = {}
  const server = createServer((request, response) => {
    const { provider } = behind
    if (!provider) return void response.writeHead(503).end()
    if (!request.url?.startsWith('/interaction/')) return void provider.callback()(request, response)
    return void interact(provider, request, response).catch((thrown: unknown) => {
      response.writeHead(500).end(String(thrown))
    })
  })
  const { privateKey } = await generateKeyPair('RS256', { extractable: true })
  const key = { ...(await exportJWK(privateKey)), use: 'sig', alg: 'RS256', kid: 'provider' }
  await new Promise<void>((resolve) => server.listen(0, resolve))
  // A TCP server's address is never a path.
  const issuer = `http://localhost:${(server.address() as AddressInfo).port}`
  return {
    issuer,
    clientId: CLIENT_ID,
    clientSecret: CLIENT_SECRET,
    serve: (portalUrl) => {
      behind.provider = createProvider(issuer, portalUrl, key)
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
