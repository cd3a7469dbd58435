import Link from 'next/link'
import type { ReactNode } from 'react'
import { NoticeBell, type NoticeBellProps } from '#components/notices/notice-bell.tsx'
import { type Account, AccountSwitcher } from '#components/shell/account-switcher.tsx'
import { type NavItem, NavTabs } from '#components/shell/nav-tabs.tsx'
import { ProductMark } from '#components/shell/product-mark.tsx'
import { UserMenu, type UserMenuProps } from '#components/shell/user-menu.tsx'
import { SkipLink } from '#components/ui/skip-link.tsx'

/**
 * AppShell  the frame of every signed-in page: UserMenu's props (user, theme, signOut, profileHref?, links?), account?
 *           (the one the URL names), accounts: { slug, name }[], nav?: { href, label, exact? }[], notices?: { href, unread }
 *           (the bell), children = the page
 *           (begin it with PageHeader). Renders <header> and <main id="main">.
 */

export type AppShellProps = UserMenuProps & {
  readonly account?: Account
  readonly accounts: readonly Account[]
  readonly nav?: readonly NavItem[]
  readonly notices?: NoticeBellProps
  readonly children: ReactNode
}

const Header = ({ account, accounts, nav = [], notices, ...user }: Omit<AppShellProps, 'children'>) => (
  <header className="border-b bg-surface">
    <div className="mx-auto max-w-6xl px-4 sm:px-6">
      <div className="flex h-14 items-center gap-1">
        <Link href="/" aria-label="Latchkey, home" className="-ml-1 flex items-center rounded-md p-1 tap">
          <ProductMark />
        </Link>
        {account && (
          <>
            <span aria-hidden="true" className="text-lg font-light text-line-strong select-none">
              /
            </span>
            <AccountSwitcher current={account} accounts={accounts} />
          </>
        )}
        <div className="ml-auto flex shrink-0 items-center gap-1">
          {notices && <NoticeBell {...notices} />}
          <UserMenu {...user} />
        </div>
      </div>
      {nav.length > 0 && <NavTabs label="Sections" items={nav} />}
    </div>
  </header>
)

export const AppShell = ({ children, ...header }: AppShellProps) => (
  <>
    <SkipLink />
    <Header {...header} />
    <main id="main" tabIndex={-1} className="mx-auto grid max-w-6xl gap-6 px-4 pt-6 pb-16 sm:px-6 sm:pt-8">
      {children}
    </main>
  </>
)
