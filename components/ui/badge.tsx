import { cva, type VariantProps } from 'class-variance-authority'
import type { ComponentProps } from 'react'
import { cn } from '#components/ui/class-names.ts'

/**
 * Badge  a word of state: tone success | warning | danger | info | neutral | outline, dot?: a mark before the word.
 *        The word carries the meaning, the colour only repeats it.
 */

const badgeStyle = cva(
  'inline-flex h-5.5 items-center gap-1.5 rounded-full border px-2 text-xs leading-none font-medium whitespace-nowrap [&_svg]:size-3',
  {
    variants: {
      tone: {
        success: 'border-success-line bg-success-soft text-success',
        warning: 'border-warning-line bg-warning-soft text-warning',
        danger: 'border-danger-line bg-danger-soft text-danger',
        info: 'border-accent-line bg-accent-soft text-accent',
        neutral: 'border-line bg-sunken text-muted',
        outline: 'border-line-strong bg-transparent text-muted',
      },
      dot: {
        true: 'before:size-1.5 before:rounded-full before:bg-current before:content-[""] forced:before:bg-[CanvasText]',
      },
    },
    defaultVariants: { tone: 'neutral' },
  },
)

export type BadgeTone = NonNullable<VariantProps<typeof badgeStyle>['tone']>

export type BadgeProps = ComponentProps<'span'> & { readonly tone?: BadgeTone; readonly dot?: boolean }

export const Badge = ({ tone, dot, className, ...rest }: BadgeProps) => (
  <span className={cn(badgeStyle({ tone, dot }), className)} {...rest} />
)
