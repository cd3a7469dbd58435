import type { ReactNode } from 'react'
import { cn } from '#components/ui/class-names.ts'
import { CopyButton } from '#components/ui/copy-button.tsx'

/**
 * CodeBlock  code (text), id (unique on the page), label (what it is: "curl", said by the copy button), actions? (beside
 *            copy). Long lines wrap, so that a phone shows all of it; what is copied has no breaks of ours.
 * CopyField  one value with its copy button: id, label, value, actions?, onCopied?; breaks anywhere, a click selects all.
 * InlineCode a word of code in a sentence.
 */

export type CodeBlockProps = {
  readonly id: string
  readonly label: string
  readonly code: string
  readonly actions?: ReactNode
  readonly className?: string
}

export const CodeBlock = ({ id, label, code, actions, className }: CodeBlockProps) => (
  <figure className={cn('min-w-0 overflow-hidden rounded-lg border bg-sunken', className)}>
    <figcaption className="flex min-h-10 items-center justify-between gap-2 border-b py-1 pr-1.5 pl-3.5 text-xs font-medium text-muted">
      {label}
      <span className="flex items-center gap-1">
        {actions}
        <CopyButton target={id} what={label} variant="ghost" />
      </span>
    </figcaption>
    <pre className="p-3.5 font-mono text-xs/5 wrap-anywhere whitespace-pre-wrap">
      <code id={id} translate="no">
        {code}
      </code>
    </pre>
  </figure>
)

export type CopyFieldProps = {
  readonly id: string
  readonly label: string
  readonly value: string
  readonly hint?: ReactNode
  readonly actions?: ReactNode
  readonly onCopied?: () => void
  readonly className?: string
}

export const CopyField = ({ id, label, value, hint, actions, onCopied, className }: CopyFieldProps) => (
  <div className={cn('grid min-w-0 gap-1.5', className)}>
    <p className="text-sm font-medium">{label}</p>
    <div className="flex flex-wrap items-center gap-2 rounded-md border border-line-strong bg-sunken p-1.5 pl-3">
      <code
        id={id}
        className="min-w-0 flex-[1_1_12rem] py-1 font-mono text-xs/5 break-all text-fg select-all"
        translate="no"
      >
        {value}
      </code>
      <span className="ml-auto flex items-center gap-1.5">
        {actions}
        <CopyButton target={id} what={label} {...(onCopied && { onCopied })} />
      </span>
    </div>
    {hint && <p className="text-xs text-muted">{hint}</p>}
  </div>
)

export const InlineCode = ({ children }: { readonly children: ReactNode }) => (
  <code className="rounded-sm border bg-sunken px-1 py-px font-mono text-[0.92em] wrap-anywhere">{children}</code>
)
