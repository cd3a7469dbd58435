import { LogOut, UserRound } from 'lucide-react'
import Link from 'next/link'
import type { Theme } from '#components/shell/theme.ts'
import { ThemeSwitch } from '#components/shell/theme-switch.tsx'
import { Avatar } from '#components/ui/avatar.tsx'
import { DisclosureMenu, menuItemStyle } from '#components/ui/disclosure-menu.tsx'

/**
 * UserMenu  user: { name, email }, theme, signOut (a server action, or the URL that takes the POST), profileHref?.
 */

export type SignOut = string | (() => void | Promise<void>)

export type UserMenuProps = {
  readonly user: { readonly name: string; readonly email: string }
  readonly theme: Theme
  readonly signOut: SignOut
  readonly profileHref?: string
}

const SignOutForm = ({ signOut }: { readonly signOut: SignOut }) => (
  <form action={signOut} {...(typeof signOut === 'string' && { method: 'post' })}>
    <button type="submit" className={menuItemStyle}>
      <LogOut aria-hidden="true" />
      Sign out
    </button>
  </form>
)

export const UserMenu = ({ user, theme, signOut, profileHref = '/profile' }: UserMenuProps) => (
  <DisclosureMenu
    label={`You: ${user.name}`}
    align="end"
    className="justify-center rounded-full px-1"
    trigger={<Avatar name={user.name} className="size-7" />}
  >
    <div className="min-w-0 px-2.5 pt-1 pb-2">
      <p className="truncate font-medium">{user.name}</p>
      <p className="truncate text-xs text-muted">{user.email}</p>
    </div>
    <div className="-mx-1.5 border-t p-1.5">
      <Link href={profileHref} className={menuItemStyle}>
        <UserRound aria-hidden="true" />
        Profile
      </Link>
    </div>
    <div className="-mx-1.5 flex items-center justify-between border-t px-4 py-2">
      <span className="text-sm text-muted">Theme</span>
      <ThemeSwitch theme={theme} />
    </div>
    <div className="-mx-1.5 border-t px-1.5 pt-1.5">
      <SignOutForm signOut={signOut} />
    </div>
  </DisclosureMenu>
)
