import { cva, type VariantProps } from 'class-variance-authority'
import Link from 'next/link'
import type { ComponentProps } from 'react'
import { cn } from '#components/ui/class-names.ts'

/**
 * Button      <button>: variant primary | secondary | ghost | danger | danger-quiet, size sm | md | lg | icon, then any
 *             button prop. `type` is "button" unless given. For a form's own button take SubmitButton.
 * ButtonLink  the same looks on a link: href, prefetch, then any link prop.
 * `icon` size needs an aria-label.
 */

export const buttonStyle = cva(
  [
    'inline-flex shrink-0 items-center justify-center gap-1.5 rounded-md border font-medium whitespace-nowrap select-none',
    'transition-colors duration-100 tap no-underline',
    'disabled:cursor-not-allowed disabled:opacity-55 aria-disabled:cursor-not-allowed aria-disabled:opacity-55',
    '[&_svg]:size-4 [&_svg]:shrink-0',
  ],
  {
    variants: {
      variant: {
        primary: 'border-transparent bg-ink text-on-ink shadow-card hover:bg-ink-hover',
        secondary: 'border-line-strong bg-surface text-fg shadow-card hover:bg-hover',
        ghost: 'border-transparent bg-transparent text-muted hover:bg-hover hover:text-fg',
        danger: 'border-transparent bg-danger-fill text-white shadow-card hover:bg-danger-fill-hover',
        'danger-quiet':
          'border-line-strong bg-surface text-danger shadow-card hover:border-danger-line hover:bg-danger-soft',
      },
      size: {
        sm: 'h-7 px-2.5 text-xs',
        md: 'h-9 px-3.5 text-sm',
        lg: 'h-11 px-5 text-base',
        icon: 'size-8 p-0',
      },
    },
    defaultVariants: { variant: 'secondary', size: 'md' },
  },
)

type Looks = VariantProps<typeof buttonStyle>

export type ButtonProps = ComponentProps<'button'> & Looks

export const Button = ({ variant, size, className, type = 'button', ...rest }: ButtonProps) => (
  <button type={type} className={cn(buttonStyle({ variant, size }), className)} {...rest} />
)

export type ButtonLinkProps = ComponentProps<typeof Link> & Looks

export const ButtonLink = ({ variant, size, className, ...rest }: ButtonLinkProps) => (
  <Link className={cn(buttonStyle({ variant, size }), className)} {...rest} />
)
