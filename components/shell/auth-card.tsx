import type { ReactNode } from 'react'
import { ProductName } from '#components/shell/product-mark.tsx'
import type { Theme } from '#components/shell/theme.ts'
import { ThemeSwitch } from '#components/shell/theme-switch.tsx'
import { cn } from '#components/ui/class-names.ts'

/**
 * AuthCard  the frame of pages before sign-in (sign in, set up, forgotten password, error pages): title (h1),
 *           description?, theme? (shows the switch), footer? (a line beneath the card), wide?, children. Is the <main>.
 */

export type AuthCardProps = {
  readonly title: ReactNode
  readonly description?: ReactNode
  readonly theme?: Theme
  readonly footer?: ReactNode
  readonly wide?: boolean
  readonly children?: ReactNode
}

export const AuthCard = ({ title, description, theme, footer, wide, children }: AuthCardProps) => (
  <div className="grid min-h-dvh grid-rows-[1fr_auto] px-4">
    <main
      id="main"
      tabIndex={-1}
      className={cn('mx-auto grid w-full content-center gap-6 py-10', wide ? 'max-w-lg' : 'max-w-sm')}
    >
      <ProductName />
      <div className="grid gap-5 rounded-xl border bg-surface p-5 shadow-card sm:p-7">
        <div className="grid gap-1.5">
          <h1 className="text-xl/7 font-semibold">{title}</h1>
          {description && <div className="text-sm text-muted">{description}</div>}
        </div>
        {children}
      </div>
      {footer && <div className="text-center text-sm text-muted">{footer}</div>}
    </main>
    {theme && (
      <footer className="flex justify-center pb-6">
        <ThemeSwitch theme={theme} />
      </footer>
    )}
  </div>
)
