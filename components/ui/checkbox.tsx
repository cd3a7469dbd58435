import type { ComponentProps, ReactNode } from 'react'
import { cn } from '#components/ui/class-names.ts'
import { controlProps, FieldError, fieldIds } from '#components/ui/field.tsx'

/**
 * CheckMark      the bare native <input type="checkbox">; every input prop. Name it with aria-label or a label.
 * Checkbox       with its label: name, label, hint?, error?, value?, defaultChecked?, … `id` is name (and value) unless given.
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

export type CheckboxProps = Omit<ComponentProps<'input'>, 'type' | 'name'> & {
  readonly name: string
  readonly label: ReactNode
  readonly hint?: ReactNode
  readonly error?: string | undefined
}

export const Checkbox = ({ label, hint, error, id, className, ...rest }: CheckboxProps) => {
  const own = id ?? [rest.name, rest.value].filter((part) => part !== undefined).join('-')
  const ids = fieldIds(own)
  return (
    <div className={cn('grid gap-1', className)}>
      <div className="flex items-start gap-2.5">
        <CheckMark
          {...rest}
          {...controlProps(own, { hint: Boolean(hint), error: Boolean(error) })}
          className="mt-0.75"
        />
        <div className="grid min-w-0">
          <label htmlFor={own} className="text-sm text-fg touch:py-2.5">
            {label}
          </label>
          {hint && (
            <span id={ids.hint} className="text-xs text-muted">
              {hint}
            </span>
          )}
        </div>
      </div>
      {error && <FieldError id={ids.error}>{error}</FieldError>}
    </div>
  )
}
