import type { Portal } from '#lib/portal.ts'

/** Who the benchmark's database belongs to. */
export const OPERATOR = { email: 'bench@example.com', password: 'a password of the benchmark alone' }

const trace = { requestId: 'bench', address: '127.0.0.1', agent: 'bench' }

/** Signs the operator in: the session, and the account's name in the address of a page. */
export const signIn = async (portal: Portal) => {
  const browser = { sid: undefined, known: undefined }
  const { sid } = await portal.signIn.signInWithPassword({ ...OPERATOR, browser, trace })
  const person = await portal.signIn.findPerson(sid)
  if (!person) throw new Error('the operator is not signed in')
  const [account] = await portal.users.accountsOf(person)
  if (!account) throw new Error('the operator has no account')
  const principal = await portal.access.findPrincipal({ person, tenant: { slug: account.slug }, trace })
  return { principal, sid, slug: account.slug }
}

/** What the operator issued: an access token and clients of the account, each with permissions and an IP allowlist. */
export const issueTokens = async (portal: Portal) => {
  const { principal } = await signIn(portal)
  const issue = (type: 'access_token' | 'client_credentials', refreshMode?: 'off') =>
    portal.tokens.issue(principal, {
      context: 'tenant',
      type,
      refreshMode,
      name: 'benchmark',
      grant: { mode: 'permissions', permissions: ['projects:read', 'projects:write'] },
      expiry: { kind: 'never' },
      ipAllowlist: ['127.0.0.0/8'],
    })
  const access = await issue('access_token')
  const clientOf = async (refreshMode?: 'off') => {
    const { secret } = await issue('client_credentials', refreshMode)
    if (secret.type !== 'client_credentials') throw new Error('no client credentials were issued')
    return secret
  }
  if (access.secret.type !== 'access_token') throw new Error('no access token was issued')
  return {
    access: { id: access.token.id, text: access.secret.accessToken },
    /** One that gets no refresh tokens, one that gets them, one that uses them. */
    clients: { plain: await clientOf('off'), refreshing: await clientOf(), rotating: await clientOf() },
  }
}
