import type { Metadata } from 'next'
import { pauseTokenAction } from '#app/a/[slug]/tokens/[id]/actions.ts'
import { openedToken, type TokenParams } from '#app/a/[slug]/tokens/open-token.ts'
import { portal } from '#app/portal.ts'
import { type SearchParams, searchParam } from '#app/search-params.ts'
import { PageHeader } from '#components/shell/page-header.tsx'
import { hasOwnKeys } from '#components/tokens/client-words.ts'
import { MissingList } from '#components/tokens/missing-list.tsx'
import { offeredActions } from '#components/tokens/offered-actions.ts'
import { describePermissions } from '#components/tokens/permission-groups.ts'
import { PermissionList } from '#components/tokens/permission-list.tsx'
import { PermissionUse } from '#components/tokens/permission-use.tsx'
import { permissionUseView } from '#components/tokens/permission-use-view.ts'
import { RotationPanel } from '#components/tokens/rotation-panel.tsx'
import { StateBadge } from '#components/tokens/state-badge.tsx'
import { TokenActions } from '#components/tokens/token-actions.tsx'
import { TokenFacts } from '#components/tokens/token-facts.tsx'
import { TokenNotices } from '#components/tokens/token-notices.tsx'
import { tokenPaths } from '#components/tokens/token-paths.ts'
import { isLive } from '#components/tokens/token-words.ts'
import { UseChart } from '#components/tokens/use-chart.tsx'
import { ButtonLink } from '#components/ui/button.tsx'
import { Section } from '#components/ui/card.tsx'
import type { Principal } from '#lib/access/principal.ts'
import { errorEntry } from '#lib/errors/errors.ts'
import type { TokenDescription } from '#lib/tokens/describe-token.ts'
import type { TokenOptions } from '#lib/tokens/token-options.ts'

type PageProps = { readonly params: TokenParams; readonly searchParams: SearchParams }

export const generateMetadata = async ({ params }: PageProps): Promise<Metadata> => {
  const { slug, id } = await params
  const { described } = await openedToken(slug, id)
  return { title: described.token.name }
}

type Shown = {
  readonly principal: Principal
  readonly described: TokenDescription
  readonly options: TokenOptions
}

const whoseRole = ({ principal, described: { token, owner } }: Shown): string => {
  if (token.ownerUserId === principal.userId) return 'Your'
  return owner ? `${owner.member.name}’s` : 'The owner’s'
}

const grantWords = (shown: Shown): string => {
  const { grant } = shown.described.token
  if (grant.mode === 'owner') return `${whoseRole(shown)} whole role, as it changes. Today:`
  if (grant.mode === 'permissions') return 'Chosen one by one.'
  const names = grant.roles.map((key) => shown.options.roles.find((role) => role.key === key)?.name ?? key)
  return `What ${names.join(', ')} may do, as it changes. Today:`
}

const mayDoWords = (shown: Shown): string => {
  const { state } = shown.described
  if (state === 'paused') return 'Nothing while it is paused. When resumed:'
  return isLive(state) ? grantWords(shown) : 'Nothing: it has ended. It held:'
}

const MayDo = (shown: Shown) => {
  const { principal, described, options } = shown
  const effective = describePermissions(options.catalog, described.effective)
  const labels = new Map(options.catalog.map(({ key, label }) => [key, label]))
  const missing = [...described.missing].map(([key, reason]) => ({ key, reason, label: labels.get(key) ?? key }))
  return (
    <Section title="What it may do now" description={mayDoWords(shown)}>
      <div className="grid gap-4">
        {effective.length === 0 ? (
          <p className="text-muted">Nothing at present.</p>
        ) : (
          <PermissionList permissions={effective} />
        )}
        <MissingList
          missing={missing}
          account={principal.tenant.name}
          product={portal().settings.productName}
          owner={whoseRole(shown)}
        />
      </div>
    </Section>
  )
}

const LostIt = ({ slug, tokenId }: { readonly slug: string; readonly tokenId: string }) => (
  <p className="flex flex-wrap items-center gap-x-3 gap-y-2 text-sm text-muted">
    Lost its secret? It is not shown again: rotate the token, or
    <ButtonLink href={tokenPaths(slug).like(tokenId)} prefetch={false} size="sm">
      Make another like this
    </ButtonLink>
  </p>
)

const TokenPage = async ({ params, searchParams }: PageProps) => {
  const { slug, id } = await params
  const { principal, described } = await openedToken(slug, id)
  const { token, state, touch } = described
  const [options, done] = await Promise.all([portal().tokens.options(principal), searchParam(searchParams, 'done')])
  const now = portal().clock.now()
  const { offered, reasons } = offeredActions(described, principal)
  return (
    <>
      <PageHeader
        title={token.name}
        badge={<StateBadge state={state} />}
        actions={<TokenActions slug={slug} token={token} offered={offered} pause={pauseTokenAction} />}
        crumbs={[{ href: tokenPaths(slug).list(token.context), label: 'Tokens' }]}
      />
      <TokenNotices
        described={described}
        now={now}
        done={done}
        refusal={touch.allowed ? undefined : errorEntry(touch.code).message}
        reasons={reasons}
        rotatePath={offered.has('rotate') ? tokenPaths(slug).token(token.id, 'rotate') : undefined}
      />
      {described.rotation && (
        <RotationPanel slug={slug} tokenId={token.id} rotation={described.rotation} offered={offered} now={now} />
      )}
      <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <div className="grid gap-6">
          <MayDo principal={principal} described={described} options={options} />
          <Section title="Use" description="The last 30 days, by UTC day.">
            <div className="grid gap-2">
              <UseChart use={described.use} now={now} />
              <PermissionUse view={permissionUseView(described, options.catalog)} />
            </div>
          </Section>
        </div>
        <Section
          title="Facts"
          footer={offered.has('rotate') && !hasOwnKeys(described) && <LostIt slug={slug} tokenId={token.id} />}
        >
          <TokenFacts described={described} account={principal.tenant.name} viewerId={principal.userId} now={now} />
        </Section>
      </div>
    </>
  )
}

export default TokenPage
