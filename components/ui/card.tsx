import type { ComponentProps, ReactNode } from 'react'
import { cn } from '#components/ui/class-names.ts'

/**
 * Card         a framed surface; any div prop. CardBody pads; CardFooter is the quiet strip for actions.
 * Section      a titled card: title, description?, actions?, id?, flush? (no padding, for tables), footer?, children.
 * DetailList   terms and values of a card: <DetailList><Detail term="Created">…</Detail></DetailList>.
 */

export const Card = ({ className, ...rest }: ComponentProps<'div'>) => (
  <div className={cn('rounded-lg border bg-surface shadow-card', className)} {...rest} />
)

export const CardBody = ({ className, ...rest }: ComponentProps<'div'>) => (
  <div className={cn('p-4 sm:p-5', className)} {...rest} />
)

export const CardFooter = ({ className, ...rest }: ComponentProps<'div'>) => (
  <div
    className={cn(
      'flex flex-wrap items-center justify-end gap-2 rounded-b-lg border-t bg-sunken px-4 py-3 text-muted sm:px-5',
      className,
    )}
    {...rest}
  />
)

export type SectionProps = {
  readonly title: ReactNode
  readonly description?: ReactNode
  readonly actions?: ReactNode
  readonly footer?: ReactNode
  readonly id?: string
  readonly flush?: boolean
  readonly className?: string
  readonly children?: ReactNode
}

export const Section = ({ title, description, actions, footer, id, flush, className, children }: SectionProps) => (
  <section id={id} className={cn('scroll-mt-6 rounded-lg border bg-surface shadow-card', className)}>
    <header className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2 px-4 pt-4 pb-3 sm:px-5">
      <div className="grid min-w-0 gap-0.5">
        <h2 className="text-base font-semibold">{title}</h2>
        {description && <div className="max-w-prose text-sm text-muted">{description}</div>}
      </div>
      {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
    </header>
    {children !== undefined && <div className={cn(flush ? 'border-t' : 'px-4 pt-1 pb-5 sm:px-5')}>{children}</div>}
    {footer && <CardFooter>{footer}</CardFooter>}
  </section>
)

export const DetailList = ({ className, ...rest }: ComponentProps<'dl'>) => (
  <dl className={cn('grid divide-y', className)} {...rest} />
)

export const Detail = ({ term, children }: { readonly term: ReactNode; readonly children: ReactNode }) => (
  <div className="grid gap-x-4 gap-y-0.5 py-2.5 first:pt-0 last:pb-0 sm:grid-cols-[11rem_minmax(0,1fr)]">
    <dt className="text-muted">{term}</dt>
    <dd className="min-w-0 wrap-anywhere">{children}</dd>
  </div>
)
