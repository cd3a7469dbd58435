import type { ReactNode } from 'react'
import { currentPrincipal } from '#app/current-principal.ts'
import { currentTheme } from '#app/current-theme.ts'
import { portal } from '#app/portal.ts'
import { signOut } from '#app/sign-out.ts'
import { noticesPath, notificationsPath } from '#components/notices/notice-paths.ts'
import { AppShell } from '#components/shell/app-shell.tsx'
import type { NavItem } from '#components/shell/nav-tabs.tsx'
import type { Principal } from '#lib/access/principal.ts'

type LayoutProps = { readonly params: Promise<{ readonly slug: string }>; readonly children: ReactNode }

const sectionsFor = ({ tenant, permissions }: Principal): readonly NavItem[] => {
  const base = `/a/${encodeURIComponent(tenant.slug)}`
  const seesMembers = permissions.has('tenant.members:read') || permissions.has('tenant.members:manage')
  return [
    { href: `${base}/tokens`, label: 'Tokens' },
    ...(seesMembers ? [{ href: `${base}/members`, label: 'Members' }] : []),
    ...(permissions.has('tenant.tokens:manage')
      ? [{ href: notificationsPath(tenant.slug), label: 'Team address' }]
      : []),
  ]
}

/** The frame around an account's pages. It lets nobody in: each page asks for its principal itself. */
const AccountLayout = async ({ params, children }: LayoutProps) => {
  const { slug } = await params
  const principal = await currentPrincipal(slug)
  // Who is not signed in, or does not belong here, is sent off by the page.
  if (!principal) return children
  const { users, notices } = portal()
  const [accounts, theme, unread] = await Promise.all([
    users.accountsOf(principal),
    currentTheme(),
    notices.countUnread(principal),
  ])
  return (
    <AppShell
      user={principal}
      account={principal.tenant}
      accounts={accounts}
      theme={theme}
      signOut={signOut}
      nav={sectionsFor(principal)}
      notices={{ href: noticesPath(slug), unread }}
    >
      {children}
    </AppShell>
  )
}

export default AccountLayout
