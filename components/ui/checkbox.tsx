import type { ComponentProps } from 'react'
import { cn } from '#components/ui/class-names.ts'

/**
 * CheckMark      the bare native <input type="checkbox">; every input prop. Name it with aria-label or a label.
 * Native, so it is sent and toggled without scripts; `indeterminate` is set by whoever owns the ref.
 */

export const CheckMark = ({ className, ...rest }: Omit<ComponentProps<'input'>, 'type'>) => (
  <input
    type="checkbox"
    className={cn(
      'peer relative size-4 shrink-0 appearance-none rounded-sm border border-control bg-surface shadow-card',
      'checked:border-ink checked:bg-ink indeterminate:border-ink indeterminate:bg-ink',
      'before:absolute before:inset-0.5 before:hidden before:bg-on-ink',
      'checked:before:block checked:before:[clip-path:polygon(14%_50%,0_64%,38%_96%,100%_22%,85%_9%,36%_68%)]',
      'indeterminate:before:block indeterminate:before:[clip-path:inset(38%_8%_38%_8%)]',
      'aria-invalid:border-danger disabled:opacity-50 forced:appearance-auto forced:before:hidden',
      className,
    )}
    {...rest}
  />
)
