import { initials } from '#components/format/initials.ts'
import { cn } from '#components/ui/class-names.ts'

/**
 * Avatar  name, shape? person (round) | account (square), size? sm | md. Decorative: the name stands beside it, so the
 *         letters are drawn by CSS and are no text of the page.
 */

export type AvatarProps = {
  readonly name: string
  readonly shape?: 'person' | 'account'
  readonly size?: 'sm' | 'md'
  readonly className?: string
}

export const Avatar = ({ name, shape = 'person', size = 'sm', className }: AvatarProps) => (
  <span
    aria-hidden="true"
    data-initials={initials(name)}
    className={cn(
      'grid shrink-0 place-items-center border font-semibold select-none before:content-[attr(data-initials)]',
      shape === 'person'
        ? 'rounded-full border-line-strong bg-hover text-fg'
        : 'border-accent-line bg-accent-soft text-accent',
      shape === 'account' && (size === 'sm' ? 'rounded-sm' : 'rounded-md'),
      size === 'sm' ? 'size-6 text-2xs' : 'size-9 text-sm',
      className,
    )}
  />
)
