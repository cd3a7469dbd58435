import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import { cn } from '#components/ui/class-names.ts'

/** EmptyState  title, description?, icon? (of lucide), actions?, level? (2 | 3, its heading), className?. */

export type EmptyStateProps = {
  readonly title: ReactNode
  readonly description?: ReactNode
  readonly icon?: LucideIcon
  readonly actions?: ReactNode
  readonly level?: 2 | 3
  readonly className?: string
}

export const EmptyState = ({ title, description, icon: Icon, actions, level = 2, className }: EmptyStateProps) => {
  const Heading = level === 2 ? 'h2' : 'h3'
  return (
    <div className={cn('grid justify-items-center gap-4 px-4 py-14 text-center', className)}>
      {Icon && (
        <span className="grid size-10 place-items-center rounded-lg border bg-sunken text-muted shadow-card">
          <Icon aria-hidden="true" className="size-5" />
        </span>
      )}
      <div className="grid max-w-sm gap-1">
        <Heading className="text-base font-semibold">{title}</Heading>
        {description && <div className="text-sm text-muted">{description}</div>}
      </div>
      {actions && <div className="flex flex-wrap justify-center gap-2">{actions}</div>}
    </div>
  )
}
