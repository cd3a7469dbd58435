import { cn } from '#components/ui/class-names.ts'

/** ProductMark  the key in its plate, className? (its size); decorative. ProductName  mark and word. */

export const ProductMark = ({ className }: { readonly className?: string }) => (
  <svg aria-hidden="true" viewBox="0 0 32 32" className={cn('size-6 shrink-0', className)}>
    <rect width="32" height="32" rx="8" className="fill-ink" />
    <circle cx="16" cy="12" r="4.5" fill="none" strokeWidth="2.75" className="stroke-on-ink" />
    <path
      d="M16 16.5V26m0-1.5h4.5m-4.5-4h3"
      fill="none"
      strokeWidth="2.75"
      strokeLinecap="round"
      strokeLinejoin="round"
      className="stroke-on-ink"
    />
  </svg>
)

export const ProductName = ({ className }: { readonly className?: string }) => (
  <span className={cn('inline-flex items-center gap-2 text-base font-semibold tracking-tight text-fg', className)}>
    <ProductMark />
    Latchkey
  </span>
)
