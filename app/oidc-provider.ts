import 'server-only'
import type { OAuthConfig } from 'next-auth/providers/oauth'
import { z } from 'zod'
import type { OidcConfig } from '#lib/config/config.ts'
import { isComplete, mergeClaims, type OidcClaims } from '#lib/sign-in/oidc-claims.ts'

/** How next-auth names the one provider; part of its callback's address. */
export const OIDC_PROVIDER = 'oidc'

const claimsSchema = z.looseObject({ sub: z.string() })

// next-auth hands over openid-client's TokenSet, whose ID token has been verified, under a narrower type.
const claimsOf = (tokens: { readonly [name: string]: unknown }): OidcClaims =>
  claimsSchema.parse(typeof tokens.claims === 'function' ? tokens.claims() : undefined)

/**
 * next-auth's provider for any OpenID provider: discovery, authorization code with PKCE, state and nonce. Claims come
 * from the verified ID token, and from userinfo (whose `sub` must be the same) where the token leaves the address out.
 */
export const oidcProvider = ({ issuer, clientId, clientSecret }: OidcConfig): OAuthConfig<OidcClaims> => ({
  id: OIDC_PROVIDER,
  name: 'Single sign-on',
  type: 'oauth',
  wellKnown: `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`,
  clientId,
  clientSecret,
  idToken: true,
  checks: ['pkce', 'state', 'nonce'],
  authorization: { params: { scope: 'openid email profile' } },
  userinfo: {
    request: async ({ tokens, client }) => {
      const claims = claimsOf(tokens)
      if (isComplete(claims) || client.issuer.metadata.userinfo_endpoint === undefined) return claims
      const userinfo = await client.userinfo(String(tokens.access_token))
      // OpenID Connect Core §5.3.2: of another subject it must not be used.
      return userinfo.sub === claims.sub ? mergeClaims(claims, userinfo) : claims
    },
  },
  profile: ({ sub }) => ({ id: sub }),
})
