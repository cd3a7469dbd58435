'use client'

import { ChevronLeft, ChevronRight } from 'lucide-react'
import type { ReactNode } from 'react'
import { ButtonLink } from '#components/ui/button.tsx'
import { cn } from '#components/ui/class-names.ts'

/**
 * Pagination  cursor pages: newerHref?, olderHref? (absent: no such link), label? (of the <nav>), children? (at the
 *             left: "1–50 of many"). With neither link and no children it renders nothing.
 */

export type PaginationProps = {
  readonly newerHref?: string | undefined
  readonly olderHref?: string | undefined
  readonly label?: string
  readonly children?: ReactNode
  readonly className?: string
}

export const Pagination = ({ newerHref, olderHref, label = 'Pages', children, className }: PaginationProps) => {
  if (!newerHref && !olderHref && !children) return null
  return (
    <div className={cn('flex flex-wrap items-center justify-between gap-3 text-xs text-muted', className)}>
      <div>{children}</div>
      {(newerHref || olderHref) && (
        <nav aria-label={label} className="flex gap-2">
          {newerHref && (
            <ButtonLink href={newerHref} rel="prev" size="sm">
              <ChevronLeft aria-hidden="true" />
              Newer
            </ButtonLink>
          )}
          {olderHref && (
            <ButtonLink href={olderHref} rel="next" size="sm">
              Older
              <ChevronRight aria-hidden="true" />
            </ButtonLink>
          )}
        </nav>
      )}
    </div>
  )
}
