'use client'

import Link from 'next/link'
import { cn } from '#components/ui/class-names.ts'

/**
 * TabLinks  views of one page as links: label (of the <nav>), tabs: { href, label, current?, count? }[], className?.
 *           The server says which is current, so they hold filters in a query as well as paths.
 */

export type TabLink = {
  readonly href: string
  readonly label: string
  readonly current?: boolean
  readonly count?: number
}

export type TabLinksProps = {
  readonly label: string
  readonly tabs: readonly TabLink[]
  readonly className?: string
}

export const TabLinks = ({ label, tabs, className }: TabLinksProps) => (
  <nav aria-label={label} className={cn('max-w-full overflow-x-auto', className)}>
    <ul className="inline-flex gap-0.5 rounded-lg border bg-sunken p-0.5">
      {tabs.map(({ href, label: text, current, count }) => (
        <li key={href}>
          <Link
            href={href}
            aria-current={current ? 'page' : undefined}
            className={cn(
              'flex h-7 items-center justify-center gap-1.5 rounded-md px-2.5 text-sm whitespace-nowrap text-muted no-underline tap hover:text-fg',
              'focus-visible:-outline-offset-2 aria-[current]:bg-surface aria-[current]:font-medium aria-[current]:text-fg',
              'aria-[current]:shadow-card aria-[current]:ring-1 aria-[current]:ring-line forced:aria-[current]:outline-2',
            )}
          >
            {text}
            {count !== undefined && <span className="text-xs text-subtle tabular-nums">{count}</span>}
          </Link>
        </li>
      ))}
    </ul>
  </nav>
)
