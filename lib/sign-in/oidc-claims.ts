/** Claims about a person, as an ID token or the userinfo endpoint gives them (OpenID Connect Core §5.1). */
export type OidcClaims = { readonly sub: string } & Readonly<Record<string, unknown>>

type Claims = Readonly<Record<string, unknown>>

/** Whether claims say an address and whether it is verified. */
export const isComplete = (claims: Claims): boolean =>
  claims['email'] !== undefined && claims['email_verified'] !== undefined

/**
 * What both say of a person. `email_verified` is about the address beside it (OpenID Connect Core §5.1): the two come from one
 * of them, from the ID token if it has both.
 */
export const mergeClaims = (idToken: OidcClaims, userinfo: Claims): OidcClaims => {
  const { email, email_verified } = isComplete(idToken) ? idToken : userinfo
  return { ...userinfo, ...idToken, email, email_verified }
}
