import type { ComponentProps, ReactNode } from 'react'
import { cn } from '#components/ui/class-names.ts'
import { FieldError, fieldIds, Hint } from '#components/ui/field.tsx'

/**
 * RadioCardGroup  a <fieldset>: name, legend, hint?, error?, columns? (1 | 2), children = RadioCards.
 * RadioCard       name, value, title, description?, meta? (upper right: a badge), defaultChecked?, disabled?, required?,
 *                 and any input prop (checked, onChange). Shows `children` beneath the choice while it is chosen; what
 *                 is hidden there is still sent with the form.
 * Native radios: arrows move, the whole card is the target, all of it works without scripts.
 */

export type RadioCardGroupProps = {
  readonly name: string
  readonly legend: ReactNode
  readonly hint?: ReactNode
  readonly error?: string | undefined
  readonly columns?: 1 | 2
  readonly className?: string
  readonly children: ReactNode
}

export const RadioCardGroup = ({
  name,
  legend,
  hint,
  error,
  columns = 1,
  className,
  children,
}: RadioCardGroupProps) => {
  const ids = fieldIds(name)
  const describedBy = [error && ids.error, hint && ids.hint].filter(Boolean).join(' ') || undefined
  return (
    <fieldset id={name} aria-describedby={describedBy} className={cn('grid min-w-0 gap-2', className)}>
      <legend className="mb-2 text-sm font-medium text-fg">{legend}</legend>
      {hint && (
        <Hint id={ids.hint} className="-mt-2 mb-0.5">
          {hint}
        </Hint>
      )}
      <div className={cn('grid gap-2', columns === 2 && 'sm:grid-cols-2')}>{children}</div>
      {error && <FieldError id={ids.error}>{error}</FieldError>}
    </fieldset>
  )
}

export type RadioCardProps = Omit<ComponentProps<'input'>, 'type' | 'title' | 'name' | 'value'> & {
  readonly name: string
  readonly value: string
  readonly title: ReactNode
  readonly description?: ReactNode
  readonly meta?: ReactNode
}

const RADIO = cn(
  'relative mt-0.75 size-4 shrink-0 appearance-none rounded-full border border-control bg-surface',
  'checked:border-5 checked:border-ink focus-visible:outline-none disabled:opacity-50 forced:appearance-auto',
)

export const RadioCard = ({ title, description, meta, id, className, children, ...rest }: RadioCardProps) => {
  const own = id ?? `${rest.name}-${rest.value}`
  return (
    <div
      className={cn(
        'group rounded-lg border border-line-strong bg-surface shadow-card',
        'hover:border-control has-checked:border-ink has-checked:ring-1 has-checked:ring-ink',
        'has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent',
        'has-disabled:bg-sunken forced:has-checked:outline-2',
        className,
      )}
    >
      <label htmlFor={own} className="flex h-full gap-3 p-3.5 has-disabled:cursor-not-allowed">
        <input
          type="radio"
          id={own}
          aria-labelledby={`${own}-title`}
          aria-describedby={description ? `${own}-about` : undefined}
          className={RADIO}
          {...rest}
        />
        <span className="grid min-w-0 flex-1 content-start gap-0.5">
          <span className="flex flex-wrap items-center justify-between gap-x-2 gap-y-1 text-sm font-medium text-fg">
            <span id={`${own}-title`}>{title}</span>
            {meta}
          </span>
          {description && (
            <span id={`${own}-about`} className="text-sm text-muted">
              {description}
            </span>
          )}
        </span>
      </label>
      {children && <div className="hidden px-3.5 pb-3.5 pl-10.5 group-has-checked:block">{children}</div>}
    </div>
  )
}
