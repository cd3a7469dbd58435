import * as oauth from 'oauth4webapi'
import type { CredentialSecret } from '#lib/tokens/mint-credential.ts'

/** What came back: status, headers, and the JSON or text of the body. */
export type Reply = { readonly status: number; readonly headers: Headers; readonly body: unknown }

/** The header in which an access token is sent, or that of a bearer JWT. */
export type Sent = { readonly 'X-API-KEY': string } | { readonly Authorization: string }

const reply = async (response: Response): Promise<Reply> => {
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.includes('json')
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text }
}

/** A program that uses tokens: plain HTTP, and a standard OAuth client that knows nothing of Latchkey. */
export const apiClient = (url: string) => {
  const insecure = { [oauth.allowInsecureRequests]: true }
  const discover = async (): Promise<oauth.AuthorizationServer> => {
    const issuer = new URL(url)
    const response = await oauth.discoveryRequest(issuer, { ...insecure, algorithm: 'oauth2' })
    return oauth.processDiscoveryResponse(issuer, response)
  }
  return {
    validate: async (sent: Sent, query = ''): Promise<Reply> =>
      reply(await fetch(`${url}/api/v1/validate${query}`, { headers: sent })),
    me: async (sent: Sent): Promise<Reply> => reply(await fetch(`${url}/api/v1/me`, { headers: sent })),
    /** Exchanges client credentials for a bearer JWT by RFC 6749 §4.4, with what the server says of itself. */
    exchange: async (clientId: string, clientSecret: string): Promise<oauth.TokenEndpointResponse> => {
      const server = await discover()
      const client: oauth.Client = { client_id: clientId }
      const authentication = oauth.ClientSecretBasic(clientSecret)
      const response = await oauth.clientCredentialsGrantRequest(server, client, authentication, {}, insecure)
      return oauth.processClientCredentialsResponse(server, client, response)
    },
    refresh: async (
      clientId: string,
      clientSecret: string,
      refreshToken: string,
    ): Promise<oauth.TokenEndpointResponse> => {
      const server = await discover()
      const client: oauth.Client = { client_id: clientId }
      const authentication = oauth.ClientSecretBasic(clientSecret)
      const response = await oauth.refreshTokenGrantRequest(server, client, authentication, refreshToken, insecure)
      return oauth.processRefreshTokenResponse(server, client, response)
    },
  }
}

/** What `apiClient` makes. */
export type ApiClient = ReturnType<typeof apiClient>

/** The access token that an issue told. */
export const keyOf = (secret: CredentialSecret): string => {
  if (secret.type !== 'access_token') throw new Error('this is no access token')
  return secret.accessToken
}

/** An access token as it is sent. */
export const asKey = (accessToken: string): Sent => ({ 'X-API-KEY': accessToken })

/** A bearer JWT as it is sent. */
export const asBearer = (jwt: string): Sent => ({ Authorization: `Bearer ${jwt}` })
