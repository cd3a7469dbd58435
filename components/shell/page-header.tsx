import { ChevronRight } from 'lucide-react'
import Link from 'next/link'
import type { ReactNode } from 'react'

/**
 * PageHeader  title (the page's h1), description?, badge? (state, beside the title), actions?, crumbs?: { href, label }[]
 *             (the pages above this one, outermost first).
 */

export type Crumb = { readonly href: string; readonly label: string }

export type PageHeaderProps = {
  readonly title: ReactNode
  readonly description?: ReactNode
  readonly badge?: ReactNode
  readonly actions?: ReactNode
  readonly crumbs?: readonly Crumb[]
}

const Crumbs = ({ crumbs }: { readonly crumbs: readonly Crumb[] }) => (
  <nav aria-label="Breadcrumb" className="mb-1.5">
    <ol className="flex flex-wrap items-center gap-1 text-sm text-muted">
      {crumbs.map(({ href, label }, index) => (
        <li key={href} className="flex min-w-0 items-center gap-1">
          {index > 0 && <ChevronRight aria-hidden="true" className="size-3.5 shrink-0 text-subtle" />}
          <Link href={href} className="min-w-0 rounded-sm wrap-anywhere no-underline hover:text-fg hover:underline">
            {label}
          </Link>
        </li>
      ))}
    </ol>
  </nav>
)

export const PageHeader = ({ title, description, badge, actions, crumbs = [] }: PageHeaderProps) => (
  <div>
    {crumbs.length > 0 && <Crumbs crumbs={crumbs} />}
    <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
      <div className="grid min-w-0 gap-1">
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <h1 className="min-w-0 text-xl/7 font-semibold wrap-anywhere">{title}</h1>
          {badge}
        </div>
        {description && <div className="max-w-prose text-sm text-muted">{description}</div>}
      </div>
      {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
    </div>
  </div>
)
