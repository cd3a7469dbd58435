import type { Portal } from '#lib/portal.ts'

/** Who the benchmark's database belongs to. */
export const OPERATOR = { email: 'bench@example.com', password: 'a password of the benchmark alone' }

const trace = { requestId: 'bench', address: '127.0.0.1', agent: 'bench' }

/** Signs the operator in and issues an account access token with a permission to ask for and an IP allowlist. */
export const issueTokens = async (portal: Portal): Promise<{ readonly accessToken: string }> => {
  const browser = { sid: undefined, known: undefined }
  const { sid } = await portal.signIn.signInWithPassword({ ...OPERATOR, browser, trace })
  const person = await portal.signIn.findPerson(sid)
  if (!person) throw new Error('the operator is not signed in')
  const [account] = await portal.users.accountsOf(person)
  if (!account) throw new Error('the operator has no account')
  const principal = await portal.access.findPrincipal({ person, tenant: { slug: account.slug }, trace })
  const { secret } = await portal.tokens.issue(principal, {
    context: 'tenant',
    type: 'access_token',
    name: 'benchmark',
    grant: { mode: 'permissions', permissions: ['projects:read', 'projects:write'] },
    expiry: { kind: 'never' },
    ipAllowlist: ['127.0.0.0/8'],
  })
  if (secret.type !== 'access_token') throw new Error('no access token was issued')
  return secret
}
