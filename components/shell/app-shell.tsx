import type { ReactNode } from 'react'
import { ShellHeader, type ShellHeaderProps } from '#components/shell/shell-header.tsx'
import { SkipLink } from '#components/ui/skip-link.tsx'

/**
 * AppShell  the frame of every signed-in page: ShellHeader's props, children = the page (begin it with PageHeader).
 *           Renders <header> and <main id="main">.
 */

export type AppShellProps = ShellHeaderProps & { readonly children: ReactNode }

// What the header is given goes to the browser: of a person and an account only what it shows.
const shown = ({ user, account, accounts, ...rest }: ShellHeaderProps): ShellHeaderProps => ({
  ...rest,
  user: { name: user.name, email: user.email },
  ...(account && { account: { slug: account.slug, name: account.name } }),
  accounts: accounts.map(({ slug, name }) => ({ slug, name })),
})

export const AppShell = ({ children, ...header }: AppShellProps) => (
  <>
    <SkipLink />
    <ShellHeader {...shown(header)} />
    <main id="main" tabIndex={-1} className="mx-auto grid max-w-6xl gap-6 px-4 pt-6 pb-16 sm:px-6 sm:pt-8">
      {children}
    </main>
  </>
)
