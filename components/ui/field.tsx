import { CircleAlert } from 'lucide-react'
import type { ComponentProps, ReactNode } from 'react'
import { cn } from '#components/ui/class-names.ts'
import { Input, Textarea } from '#components/ui/input.tsx'

/**
 * TextField, TextareaField
 *             name, label, hint?, error?, optional?, plus every prop of the control. `id` is the name unless given.
 * Field       the same frame around any control: <Field id label hint? error? optional?>{(control) => <X {...control} />}
 *             where control = { id, aria-describedby?, aria-invalid? }.
 * Label, Hint, FieldError  its parts, for fieldsets.
 * fieldIds    the ids of hint and error for a control's id; AlertErrors links to the control itself.
 */

export type FieldFrame = {
  readonly label: ReactNode
  readonly hint?: ReactNode
  readonly error?: string | undefined
  /** Marks the label "optional"; a field without it is required. */
  readonly optional?: boolean | undefined
  readonly className?: string | undefined
}

export type ControlProps = {
  readonly id: string
  readonly 'aria-describedby'?: string
  readonly 'aria-invalid'?: true
}

export const fieldIds = (id: string) => ({ hint: `${id}-hint`, error: `${id}-error` })

/** The props that tie a control to its hint and its error. */
export const controlProps = (id: string, has: { readonly hint: boolean; readonly error: boolean }): ControlProps => {
  const ids = fieldIds(id)
  const describedBy = [has.error && ids.error, has.hint && ids.hint].filter(Boolean).join(' ')
  return {
    id,
    ...(describedBy && { 'aria-describedby': describedBy }),
    ...(has.error && { 'aria-invalid': true as const }),
  }
}

const Label = ({ className, children, ...rest }: ComponentProps<'label'>) => (
  <label className={cn('text-sm font-medium text-fg', className)} {...rest}>
    {children}
  </label>
)

export const Hint = ({ className, ...rest }: ComponentProps<'p'>) => (
  <p className={cn('text-xs text-muted', className)} {...rest} />
)

export const FieldError = ({ className, children, ...rest }: ComponentProps<'p'>) => (
  <p className={cn('flex items-start gap-1.5 text-xs font-medium text-danger', className)} {...rest}>
    <CircleAlert aria-hidden="true" className="mt-0.5 size-3.5 shrink-0" />
    <span>{children}</span>
  </p>
)

const Optional = () => <span className="ml-1.5 text-xs font-normal text-subtle">optional</span>

export const Field = ({
  id,
  label,
  hint,
  error,
  optional,
  className,
  children,
}: FieldFrame & { readonly id: string; readonly children: (control: ControlProps) => ReactNode }) => {
  const ids = fieldIds(id)
  return (
    <div className={cn('grid gap-1.5', className)}>
      <Label htmlFor={id}>
        {label}
        {optional && <Optional />}
      </Label>
      {children(controlProps(id, { hint: Boolean(hint), error: Boolean(error) }))}
      {error && <FieldError id={ids.error}>{error}</FieldError>}
      {hint && <Hint id={ids.hint}>{hint}</Hint>}
    </div>
  )
}

type Named<P> = Omit<P, 'name' | 'className'> & FieldFrame & { readonly name: string }

export const TextField = ({ label, hint, error, optional, className, id, ...rest }: Named<ComponentProps<'input'>>) => (
  <Field id={id ?? rest.name} {...{ label, hint, error, optional, className }}>
    {(control) => <Input {...rest} {...control} />}
  </Field>
)

export const TextareaField = ({
  label,
  hint,
  error,
  optional,
  className,
  id,
  ...rest
}: Named<ComponentProps<'textarea'>>) => (
  <Field id={id ?? rest.name} {...{ label, hint, error, optional, className }}>
    {(control) => <Textarea {...rest} {...control} />}
  </Field>
)
