import { KeyRound, Plus, SearchX } from 'lucide-react'
import { redirect } from 'next/navigation'
import { portal } from '#app/portal.ts'
import { PageHeader } from '#components/shell/page-header.tsx'
import {
  isFiltered,
  type ListView,
  listHref,
  nothingWords,
  STATE_FILTERS,
  type StateFilter,
} from '#components/tokens/list-view.ts'
import { TokenFilters } from '#components/tokens/token-filters.tsx'
import { tokenLines } from '#components/tokens/token-line.ts'
import { tokenPaths } from '#components/tokens/token-paths.ts'
import { TokenTable } from '#components/tokens/token-table.tsx'
import { Alert } from '#components/ui/alert.tsx'
import { ButtonLink } from '#components/ui/button.tsx'
import { Card } from '#components/ui/card.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { Pagination } from '#components/ui/pagination.tsx'
import { TabLinks } from '#components/ui/tab-links.tsx'
import type { Principal } from '#lib/access/principal.ts'
import { isPortalError } from '#lib/errors/portal-error.ts'
import type { TokenContext } from '#lib/tokens/token.ts'
import type { TokenOptions } from '#lib/tokens/token-options.ts'

type Shown = {
  readonly principal: Principal
  readonly context: TokenContext
  readonly view: ListView
}

const requestOf = ({ context, view }: Shown) => ({
  context,
  ...(view.owner === 'everyone' && context === 'user' && { owner: 'everyone' as const }),
  ...(view.type !== '' && { type: view.type }),
  states: [...STATE_FILTERS[view.state].states],
  search: view.search,
  ...(view.trail.length > 0 && { cursor: view.trail.at(-1) ?? '' }),
})

const load = async (shown: Shown, path: string) => {
  try {
    return await portal().tokens.listWithOptions(shown.principal, requestOf(shown))
  } catch (thrown) {
    // An address somebody shortened, or kept after a demotion: the list itself is still there.
    const isBare = shown.view.trail.length === 0 && shown.view.owner === ''
    const isKnown = isPortalError(thrown) && (thrown.code === 'request.malformed' || thrown.code === 'access.denied')
    if (!isKnown || isBare) throw thrown
    return redirect(listHref(path, { ...shown.view, trail: [], owner: '' }))
  }
}

const hasEnded = async ({ principal, context }: Shown): Promise<boolean> => {
  const page = await portal().tokens.list(principal, { context, states: [], limit: 1 })
  return page.rows.length > 0
}

const NewButton = ({ href }: { readonly href: string }) => (
  <ButtonLink href={href} variant="primary" prefetch={false}>
    <Plus aria-hidden="true" />
    New token
  </ButtonLink>
)

type NothingProps = Shown & { readonly path: string; readonly newHref: string | undefined; readonly ended: boolean }

const Nothing = ({ principal, context, view, path, newHref, ended }: NothingProps) => {
  const { productName } = portal().settings
  if (isFiltered(view) || view.owner !== '') {
    const { title, hint } = nothingWords(view)
    const all = listHref(path, { ...view, trail: [], search: '', type: '', state: 'all' })
    return (
      <EmptyState
        icon={SearchX}
        title={title}
        description={hint}
        actions={listHref(path, view) !== all && <ButtonLink href={all}>Show all</ButtonLink>}
      />
    )
  }
  const about =
    context === 'user'
      ? `A token lets a script call ${productName} as you.`
      : `A token of ${principal.tenant.name} lets a service call ${productName}, whoever comes or goes.`
  return (
    <EmptyState
      icon={KeyRound}
      title={ended ? 'No working tokens' : 'No tokens yet'}
      description={ended ? 'Those that were revoked or have expired are still listed.' : about}
      actions={
        <>
          {newHref && <NewButton href={newHref} />}
          {ended && (
            <ButtonLink href={listHref(path, { ...view, state: 'ended' })}>{STATE_FILTERS.ended.label}</ButtonLink>
          )}
        </>
      }
    />
  )
}

const aboutOf = ({ principal, context, view }: Shown): string => {
  const account = principal.tenant.name
  if (context === 'tenant') return `Of ${account} itself. They keep what they were given, whoever leaves.`
  return view.owner === 'everyone'
    ? `Everyone’s, in ${account}. Each may do what its owner may do, and ends when they leave.`
    : `Yours, in ${account}. They may do what you may do, and end when you leave.`
}

const STATES = Object.keys(STATE_FILTERS) as readonly StateFilter[]

const newHrefOf = ({ principal, context }: Shown, { contexts }: TokenOptions): string | undefined => {
  const paths = tokenPaths(principal.tenant.slug)
  if (!contexts.includes(context)) return undefined
  return context === 'tenant' ? paths.freshAccount : paths.fresh
}

/** The list of personal or of account tokens; whoever shows it has asked for the principal. */
export const TokenListPage = async (shown: Shown) => {
  const { principal, context, view } = shown
  const { slug, name: account } = principal.tenant
  const paths = tokenPaths(slug)
  const path = paths.list(context)
  const { options, ...page } = await load(shown, path)
  const manages = options.contexts.includes('tenant')
  const newHref = newHrefOf(shown, options)
  const isEmpty = page.rows.length === 0
  const isBare = isEmpty && !isFiltered(view) && view.trail.length === 0 && view.owner === ''
  const ended = isBare && (await hasEnded(shown))
  // Without any token there is nothing to filter.
  const isShown = !isBare || ended
  const at = (change: Partial<ListView>) => listHref(path, { ...view, trail: [], ...change })
  return (
    <>
      <PageHeader
        title="Tokens"
        description={aboutOf(shown)}
        actions={newHref && !isBare && <NewButton href={newHref} />}
      />
      {options.m2mOffAt !== null && (
        <Alert tone="warning" title="Tokens are switched off">
          No token works at present, and none can be made.
        </Alert>
      )}
      {(manages || isShown) && (
        <div className="grid min-w-0 gap-3">
          <div className="flex min-w-0 flex-wrap items-center justify-between gap-3">
            {manages && (
              <TabLinks
                label="Whose tokens"
                tabs={[
                  { href: paths.personal, label: 'Personal', current: context === 'user' },
                  { href: paths.account, label: 'Account', current: context === 'tenant' },
                ]}
              />
            )}
            {isShown && (
              <TabLinks
                label="State"
                tabs={STATES.map((state) => ({
                  href: at({ state }),
                  label: STATE_FILTERS[state].label,
                  current: state === view.state,
                }))}
              />
            )}
          </div>
          {isShown && <TokenFilters path={path} view={view} hasOwners={manages && context === 'user'} />}
        </div>
      )}
      <Card>
        {isEmpty ? (
          <Nothing {...shown} path={path} newHref={newHref} ended={ended} />
        ) : (
          <TokenTable
            caption={context === 'user' ? 'Personal tokens' : `Tokens of ${account}`}
            slug={slug}
            now={portal().clock.now()}
            {...tokenLines(page.rows, { catalog: options.catalog, viewerId: principal.userId })}
            showOwner={context === 'user' && view.owner === 'everyone'}
          />
        )}
      </Card>
      <Pagination
        newerHref={view.trail.length === 0 ? undefined : at({ trail: view.trail.slice(0, -1) })}
        olderHref={page.nextCursor === null ? undefined : at({ trail: [...view.trail, page.nextCursor] })}
      />
    </>
  )
}
