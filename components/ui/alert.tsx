import { cva, type VariantProps } from 'class-variance-authority'
import { CircleAlert, CircleCheck, Info, type LucideIcon, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { cn } from '#components/ui/class-names.ts'

/**
 * Alert         tone info | success | warning | danger, title?, children?, actions?, live?: true when it appears as the
 *               answer to what the person did (danger interrupts the screen reader, the rest waits).
 * ErrorSummary  at the top of a form: title (what did not happen), message? (the whole form's error), requestId?,
 *               errors: { field id, message }[], each a link to its field. Nothing to say: renders nothing.
 */

const alertStyle = cva('flex gap-3 rounded-lg border p-3.5 text-sm', {
  variants: {
    tone: {
      info: 'border-accent-line bg-accent-soft [--mark:var(--accent)]',
      success: 'border-success-line bg-success-soft [--mark:var(--success)]',
      warning: 'border-warning-line bg-warning-soft [--mark:var(--warning)]',
      danger: 'border-danger-line bg-danger-soft [--mark:var(--danger)]',
    },
  },
  defaultVariants: { tone: 'info' },
})

export type AlertTone = NonNullable<VariantProps<typeof alertStyle>['tone']>

const ICONS: Readonly<Record<AlertTone, LucideIcon>> = {
  info: Info,
  success: CircleCheck,
  warning: TriangleAlert,
  danger: CircleAlert,
}

export type AlertProps = {
  readonly tone?: AlertTone
  readonly title?: ReactNode
  readonly children?: ReactNode
  readonly actions?: ReactNode
  readonly live?: boolean
  readonly id?: string
  readonly className?: string
}

export const Alert = ({ tone = 'info', title, children, actions, live, id, className }: AlertProps) => {
  const Icon = ICONS[tone]
  const role = live ? (tone === 'danger' ? 'alert' : 'status') : undefined
  return (
    <div id={id} role={role} className={cn(alertStyle({ tone }), className)}>
      <Icon aria-hidden="true" className="mt-0.75 size-4 shrink-0 text-(--mark)" />
      <div className="grid min-w-0 flex-1 gap-1 wrap-anywhere">
        {title && <p className="font-medium text-fg">{title}</p>}
        {children && <div className="text-muted">{children}</div>}
        {actions && <div className="flex flex-wrap gap-2 pt-1.5">{actions}</div>}
      </div>
    </div>
  )
}

export type FieldProblem = { readonly field: string; readonly message: string }

export type ErrorSummaryProps = {
  readonly title: string
  readonly message?: string | undefined
  readonly errors?: readonly FieldProblem[]
  readonly requestId?: string | undefined
  readonly className?: string
}

export const ErrorSummary = ({ title, message, errors = [], requestId, className }: ErrorSummaryProps) => {
  if (!message && errors.length === 0) return null
  return (
    <Alert tone="danger" live title={title} {...(className && { className })}>
      {message && <p>{message}</p>}
      {errors.length > 0 && (
        <ul className="grid gap-0.5">
          {errors.map(({ field, message: text }) => (
            <li key={field}>
              <a href={`#${field}`} className="link text-danger">
                {text}
              </a>
            </li>
          ))}
        </ul>
      )}
      {requestId && (
        <p className="mt-1 text-xs">
          Request <code className="font-mono">{requestId}</code>
        </p>
      )}
    </Alert>
  )
}
