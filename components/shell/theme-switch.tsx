'use client'

import { type LucideIcon, Monitor, Moon, Sun } from 'lucide-react'
import { useState } from 'react'
import { THEME_COOKIE, THEME_LIFETIME_SECONDS, THEMES, type Theme, themeAttribute } from '#components/shell/theme.ts'
import { rememberTheme } from '#components/shell/theme-action.ts'
import { cn } from '#components/ui/class-names.ts'

/**
 * ThemeSwitch  theme: the one in force (from the cookie, by the server), className?. Three buttons: system, light, dark.
 *              With scripts it changes at once and asks the server nothing; without, it is a form.
 */

const CHOICES: Readonly<Record<Theme, { readonly label: string; readonly icon: LucideIcon }>> = {
  system: { label: 'System theme', icon: Monitor },
  light: { label: 'Light theme', icon: Sun },
  dark: { label: 'Dark theme', icon: Moon },
}

const applyTheme = (theme: Theme) => {
  const secure = window.location.protocol === 'https:' ? '; Secure' : ''
  document.cookie = `${THEME_COOKIE}=${theme}; Path=/; Max-Age=${THEME_LIFETIME_SECONDS}; SameSite=Lax${secure}`
  const attribute = themeAttribute(theme)
  if (attribute) document.documentElement.dataset.theme = attribute
  else delete document.documentElement.dataset.theme
}

export const ThemeSwitch = ({ theme, className }: { readonly theme: Theme; readonly className?: string }) => {
  const [chosen, setChosen] = useState(theme)
  return (
    <form
      action={rememberTheme}
      className={cn('inline-flex gap-0.5 rounded-full border bg-sunken p-0.5', className)}
      onSubmit={(event) => event.preventDefault()}
    >
      {THEMES.map((choice) => {
        const { label, icon: Icon } = CHOICES[choice]
        return (
          <button
            key={choice}
            type="submit"
            name="theme"
            value={choice}
            aria-label={label}
            title={label}
            aria-pressed={choice === chosen}
            className={cn(
              'grid size-7 place-items-center rounded-full text-subtle tap hover:text-fg',
              'aria-pressed:bg-surface aria-pressed:text-fg aria-pressed:shadow-card aria-pressed:ring-1 aria-pressed:ring-line',
              'forced:aria-pressed:outline-2',
            )}
            onClick={() => {
              applyTheme(choice)
              setChosen(choice)
            }}
          >
            <Icon aria-hidden="true" className="size-3.5" />
          </button>
        )
      })}
    </form>
  )
}
