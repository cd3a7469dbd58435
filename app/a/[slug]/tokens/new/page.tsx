import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { issueTokenAction } from '#app/a/[slug]/tokens/new/actions.ts'
import { type Model, type PrefillQuery, prefillOf } from '#app/a/[slug]/tokens/new/prefill.ts'
import { snippetAddresses } from '#app/a/[slug]/tokens/snippet-addresses.ts'
import { requirePrincipal } from '#app/current-principal.ts'
import { portal } from '#app/portal.ts'
import type { SearchParams } from '#app/search-params.ts'
import { PageHeader } from '#components/shell/page-header.tsx'
import { expiryChoices } from '#components/tokens/expiry-choices.ts'
import { NewToken } from '#components/tokens/new-token.tsx'
import { groupPermissions } from '#components/tokens/permission-groups.ts'
import type { NewTokenView } from '#components/tokens/token-form-view.ts'
import { confirmPath, tokenPaths } from '#components/tokens/token-paths.ts'
import { Alert } from '#components/ui/alert.tsx'
import { ButtonLink } from '#components/ui/button.tsx'
import { isSignInFresh } from '#lib/access/fresh-sign-in.ts'
import { isPortalPermission } from '#lib/access/permission.ts'
import type { Principal } from '#lib/access/principal.ts'
import { isPortalError } from '#lib/errors/portal-error.ts'
import type { TokenOptions } from '#lib/tokens/token-options.ts'

export const metadata: Metadata = { title: 'New token' }

type PageProps = { readonly params: Promise<{ readonly slug: string }>; readonly searchParams: SearchParams }

type Asked = PrefillQuery & { readonly like?: string }

const QUERY = ['name', 'permissions', 'like', 'context', 'type'] as const

const readQuery = async (searchParams: SearchParams): Promise<Asked> => {
  const query = await searchParams
  return Object.fromEntries(
    QUERY.map((name) => [name, query[name]]).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  )
}

const pathWith = (slug: string, query: Asked): string => {
  const text = new URLSearchParams({ ...query }).toString()
  return text === '' ? tokenPaths(slug).fresh : `${tokenPaths(slug).fresh}?${text}`
}

// A model that is not there, or not theirs, is as if the link had named none.
const findModel = async (principal: Principal, like: string | undefined): Promise<Model | undefined> => {
  if (like === undefined) return undefined
  try {
    return await portal().tokens.describe(principal, like)
  } catch (thrown) {
    if (isPortalError(thrown) && thrown.code === 'resource.not_found') return undefined
    throw thrown
  }
}

const keysOf = (permissions: readonly { readonly key: string }[]) => permissions.map(({ key }) => key)

const viewOf = (principal: Principal, options: TokenOptions, query: Asked, model: Model | undefined): NewTokenView => {
  const { slug, name: account } = principal.tenant
  const now = portal().clock.now()
  const user = new Set(keysOf(options.grantable.user))
  const tenant = new Set(keysOf(options.grantable.tenant))
  const expiry = expiryChoices(options.policy, account, now)
  const canBeAccount = options.contexts.includes('tenant')
  return {
    slug,
    account,
    product: portal().settings.productName,
    contexts: options.contexts,
    confirmFirst: isSignInFresh(principal, now) ? undefined : pathWith(slug, { ...query, context: 'tenant' }),
    groups: groupPermissions(canBeAccount ? options.grantable.tenant : options.grantable.user),
    accountOnly: canBeAccount ? [...tenant].filter((key) => !user.has(key)) : [],
    heldCount: [...user].filter((key) => !isPortalPermission(key)).length,
    notHeld: options.notHeld,
    expiry,
    ...prefillOf(query, model, { contexts: options.contexts, grantable: { user, tenant }, expiry }),
    idempotencyKey: crypto.randomUUID(),
    snippets: snippetAddresses(),
  }
}

const whyNot = ({ m2mOffAt, contexts }: TokenOptions, { tenant }: Principal): string | undefined => {
  if (m2mOffAt !== null) return `Tokens are switched off in ${tenant.name} at present.`
  if (contexts.length > 0) return undefined
  return `${tenant.name} allows no personal tokens, and your role does not manage those of the account.`
}

const NoForm = ({ slug, why }: { readonly slug: string; readonly why: string }) => (
  <div className="mx-auto grid w-full max-w-3xl grid-cols-1 gap-6">
    <PageHeader title="New token" crumbs={[{ href: tokenPaths(slug).personal, label: 'Tokens' }]} />
    <Alert
      tone="warning"
      title={why}
      actions={<ButtonLink href={tokenPaths(slug).personal}>Back to the tokens</ButtonLink>}
    >
      Somebody who manages the account can change that.
    </Alert>
  </div>
)

const NewTokenPage = async ({ params, searchParams }: PageProps) => {
  const { slug } = await params
  const query = await readQuery(searchParams)
  const principal = await requirePrincipal(slug, pathWith(slug, query))
  const options = await portal().tokens.options(principal)
  const why = whyNot(options, principal)
  if (why !== undefined) return <NoForm slug={slug} why={why} />
  const view = viewOf(principal, options, query, await findModel(principal, query.like))
  // The form for the account opens after a fresh sign-in, not before.
  if (view.prefill.context === 'tenant' && view.confirmFirst) return redirect(confirmPath(view.confirmFirst))
  return <NewToken view={view} action={issueTokenAction} />
}

export default NewTokenPage
