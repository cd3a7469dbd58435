import { ChevronRight } from 'lucide-react'
import type { ComponentProps, ReactNode } from 'react'
import { cn } from '#components/ui/class-names.ts'

/**
 * Disclosure  <details>: summary, meta? (at the right: "3 of 12"), variant? plain | card, children, any details prop
 *             (open, name: of several with one name only one is open).
 */

export type DisclosureProps = Omit<ComponentProps<'details'>, 'children'> & {
  readonly summary: ReactNode
  readonly meta?: ReactNode
  readonly variant?: 'plain' | 'card'
  readonly children: ReactNode
}

export const Disclosure = ({ summary, meta, variant = 'plain', className, children, ...rest }: DisclosureProps) => (
  <details className={cn(variant === 'card' && 'rounded-lg border bg-surface shadow-card', className)} {...rest}>
    <summary
      className={cn(
        'flex items-center gap-2 rounded-md text-sm font-medium text-fg select-none tap',
        variant === 'card' ? 'px-4 py-3 hover:bg-hover' : 'w-fit py-1 pr-2 hover:text-muted',
      )}
    >
      <ChevronRight
        aria-hidden="true"
        className="size-4 shrink-0 text-subtle transition-transform [details[open]>summary>&]:rotate-90"
      />
      <span className="min-w-0 flex-1">{summary}</span>
      {meta && <span className="shrink-0 text-xs font-normal text-muted">{meta}</span>}
    </summary>
    <div className={variant === 'card' ? 'border-t p-4' : 'pt-3'}>{children}</div>
  </details>
)
