'use client'

import Link from 'next/link'
import { NoticeBell, type NoticeBellProps } from '#components/notices/notice-bell.tsx'
import { type Account, AccountSwitcher } from '#components/shell/account-switcher.tsx'
import { type NavItem, NavTabs } from '#components/shell/nav-tabs.tsx'
import { ProductMark } from '#components/shell/product-mark.tsx'
import { UserMenu, type UserMenuProps } from '#components/shell/user-menu.tsx'

/**
 * ShellHeader  the <header> of every signed-in page: UserMenu's props (user, theme, signOut, profileHref?), account?
 *              (the one the URL names), accounts: { slug, name }[], nav?: { href, label, exact? }[], notices?: { href,
 *              unread } (the bell). Rendered from its data on both sides, as TokenTable is.
 */

export type ShellHeaderProps = UserMenuProps & {
  readonly account?: Account
  readonly accounts: readonly Account[]
  readonly nav?: readonly NavItem[]
  readonly notices?: NoticeBellProps
}

export const ShellHeader = ({ account, accounts, nav = [], notices, ...user }: ShellHeaderProps) => (
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
