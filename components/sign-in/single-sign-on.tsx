import { buttonStyle } from '#components/ui/button.tsx'
import { cn } from '#components/ui/class-names.ts'

/** SingleSignOn  href. Whole page load on purpose: it leads to the provider. OrDivider  the "or" between two ways. */

export const SingleSignOn = ({ href }: { readonly href: string }) => (
  <a href={href} className={cn(buttonStyle({ variant: 'secondary' }), 'w-full')}>
    Continue with single sign-on
  </a>
)

export const OrDivider = () => (
  <div className="flex items-center gap-3 text-xs text-subtle">
    <span className="h-px flex-1 bg-line" />
    or
    <span className="h-px flex-1 bg-line" />
  </div>
)
