import type { ComponentProps } from 'react'
import { cn } from '#components/ui/class-names.ts'

/**
 * Input     <input> with the house's looks; every input prop. Put it inside Field, or take TextField.
 * Textarea  <textarea>, likewise; grows with its text where the browser can.
 * 16 px on phones, so that iOS does not zoom in.
 */

export const controlStyle = cn(
  'w-full rounded-md border border-control/75 bg-surface px-3 text-base text-fg shadow-card sm:text-sm',
  'placeholder:text-subtle hover:border-control',
  'focus-visible:border-accent focus-visible:outline-2 focus-visible:-outline-offset-1 focus-visible:outline-accent',
  'aria-invalid:border-danger aria-invalid:focus-visible:outline-danger',
  'disabled:cursor-not-allowed disabled:bg-sunken disabled:text-muted',
)

export const Input = ({ className, type = 'text', ...rest }: ComponentProps<'input'>) => (
  <input type={type} className={cn(controlStyle, 'h-9 tap read-only:bg-sunken', className)} {...rest} />
)

export const Textarea = ({ className, rows = 3, ...rest }: ComponentProps<'textarea'>) => (
  <textarea
    rows={rows}
    className={cn(controlStyle, 'field-sizing-content min-h-20 py-2 read-only:bg-sunken', className)}
    {...rest}
  />
)
