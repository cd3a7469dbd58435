'use client'

import Link from 'next/link'
import { usePathname } from 'next/navigation'
import { cn } from '#components/ui/class-names.ts'

/**
 * NavTabs  the account's sections as links: label (of the <nav>), items: { href, label, exact? }[]. The current one is
 *          the one whose href begins the path (or is the path, with `exact`). Scrolls sideways on a phone.
 */

export type NavItem = { readonly href: string; readonly label: string; readonly exact?: boolean }

const isCurrent = (pathname: string, { href, exact }: NavItem) =>
  pathname === href || (!exact && pathname.startsWith(`${href}/`))

export const NavTabs = ({ label, items }: { readonly label: string; readonly items: readonly NavItem[] }) => {
  const pathname = usePathname()
  return (
    <nav aria-label={label} className="-mx-4 overflow-x-auto px-1.5 [scrollbar-width:none] sm:-mx-2.5 sm:px-0">
      <ul className="flex gap-1">
        {items.map((item) => (
          <li key={item.href} className="relative">
            <Link
              href={item.href}
              aria-current={isCurrent(pathname, item) ? 'page' : undefined}
              className={cn(
                'my-1 flex h-8 items-center rounded-md px-2.5 text-sm whitespace-nowrap text-muted no-underline tap hover:bg-hover hover:text-fg',
                'focus-visible:-outline-offset-2 aria-[current]:font-medium aria-[current]:text-fg',
                'aria-[current]:after:absolute aria-[current]:after:inset-x-2.5 aria-[current]:after:bottom-0 aria-[current]:after:h-0.5 aria-[current]:after:rounded-full aria-[current]:after:bg-ink forced:aria-[current]:after:bg-[CanvasText]',
              )}
            >
              {item.label}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}
