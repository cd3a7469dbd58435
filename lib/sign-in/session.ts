/** How a person proved who they are. */
export type SessionMethod = 'password' | 'mail' | 'oidc' | 'setup'
