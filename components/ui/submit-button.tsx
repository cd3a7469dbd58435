'use client'

import { useFormStatus } from 'react-dom'
import { Button, type ButtonProps } from '#components/ui/button.tsx'
import { cn } from '#components/ui/class-names.ts'
import { Spinner } from '#components/ui/spinner.tsx'

/**
 * SubmitButton  a form's button (primary unless said): while its form is on the way it turns, keeps its width and its
 *               focus, and ignores further presses. `pendingLabel` is what screen readers hear meanwhile ("Working…").
 *               Takes every Button prop; `name` and `value` are sent with the form. The server still has to refuse
 *               doubles: without scripts nothing is held back.
 */

export type SubmitButtonProps = Omit<ButtonProps, 'type' | 'formAction'> & {
  readonly pendingLabel?: string
}

export const SubmitButton = ({
  children,
  className,
  variant = 'primary',
  pendingLabel = 'Working…',
  onClick,
  ...rest
}: SubmitButtonProps) => {
  const { pending, data } = useFormStatus()
  // Of several buttons only the pressed one turns: its name and value are part of what was sent.
  const turning = pending && (rest.name === undefined || data.get(rest.name) === String(rest.value))
  return (
    <Button
      {...rest}
      type="submit"
      variant={variant}
      aria-disabled={pending || undefined}
      className={cn('relative', className)}
      onClick={(event) => (pending ? event.preventDefault() : onClick?.(event))}
    >
      <span className={cn('inline-flex items-center gap-1.5', turning && 'invisible')}>{children}</span>
      {turning && (
        <span className="absolute inset-0 grid place-items-center">
          <Spinner />
          <span className="sr-only" role="status">
            {pendingLabel}
          </span>
        </span>
      )}
    </Button>
  )
}
