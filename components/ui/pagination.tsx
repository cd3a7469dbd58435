import { ChevronLeft, ChevronRight } from 'lucide-react'
import type { ReactNode } from 'react'
import { ButtonLink, buttonStyle } from '#components/ui/button.tsx'
import { cn } from '#components/ui/class-names.ts'

/**
 * Pagination  cursor pages: newerHref?, olderHref? (absent: the link is greyed), label? (of the <nav>), children? (at the
 *             left: "1–50 of many"). With neither link and no children it renders nothing.
 */

export type PaginationProps = {
  readonly newerHref?: string | undefined
  readonly olderHref?: string | undefined
  readonly label?: string
  readonly children?: ReactNode
  readonly className?: string
}

const Step = ({
  href,
  rel,
  children,
}: {
  readonly href?: string | undefined
  readonly rel: string
  readonly children: ReactNode
}) =>
  href ? (
    <ButtonLink href={href} rel={rel} size="sm">
      {children}
    </ButtonLink>
  ) : (
    <span aria-hidden="true" className={cn(buttonStyle({ size: 'sm' }), 'pointer-events-none opacity-50')}>
      {children}
    </span>
  )

export const Pagination = ({ newerHref, olderHref, label = 'Pages', children, className }: PaginationProps) => {
  if (!newerHref && !olderHref && !children) return null
  return (
    <div className={cn('flex flex-wrap items-center justify-between gap-3 text-xs text-muted', className)}>
      <div>{children}</div>
      {(newerHref || olderHref) && (
        <nav aria-label={label} className="flex gap-2">
          <Step href={newerHref} rel="prev">
            <ChevronLeft aria-hidden="true" />
            Newer
          </Step>
          <Step href={olderHref} rel="next">
            Older
            <ChevronRight aria-hidden="true" />
          </Step>
        </nav>
      )}
    </div>
  )
}
