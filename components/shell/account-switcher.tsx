import { Check, ChevronsUpDown } from 'lucide-react'
import Link from 'next/link'
import { Avatar } from '#components/ui/avatar.tsx'
import { DisclosureMenu, menuItemStyle } from '#components/ui/disclosure-menu.tsx'

/**
 * AccountSwitcher  current: { slug, name }, accounts: { slug, name }[]. Each is a link to `/a/{slug}/tokens`; with one
 *                  account it is only its name.
 */

export type Account = { readonly slug: string; readonly name: string }

const accountHref = (slug: string): string => `/a/${encodeURIComponent(slug)}/tokens`

const AccountName = ({ name }: { readonly name: string }) => (
  <>
    <Avatar name={name} shape="account" />
    <span className="min-w-0 truncate font-medium">{name}</span>
  </>
)

export type AccountSwitcherProps = { readonly current: Account; readonly accounts: readonly Account[] }

export const AccountSwitcher = ({ current, accounts }: AccountSwitcherProps) => {
  if (accounts.length < 2) {
    return (
      <Link href={accountHref(current.slug)} className="flex h-9 min-w-0 items-center gap-2 rounded-md px-2 text-sm">
        <AccountName name={current.name} />
      </Link>
    )
  }
  return (
    <DisclosureMenu
      label={`Account: ${current.name}. Switch account`}
      className="min-w-0"
      trigger={
        <>
          <AccountName name={current.name} />
          <ChevronsUpDown aria-hidden="true" className="size-3.5 shrink-0 text-subtle" />
        </>
      }
    >
      <p className="px-2.5 pt-1 pb-1.5 text-xs text-subtle">Accounts</p>
      <ul className="max-h-80 overflow-y-auto">
        {accounts.map((account) => (
          <li key={account.slug}>
            <Link
              href={accountHref(account.slug)}
              prefetch={false}
              aria-current={account.slug === current.slug ? 'true' : undefined}
              className={menuItemStyle}
            >
              <Avatar name={account.name} shape="account" />
              <span className="min-w-0 flex-1 truncate">{account.name}</span>
              {account.slug === current.slug && <Check aria-hidden="true" />}
            </Link>
          </li>
        ))}
      </ul>
    </DisclosureMenu>
  )
}
