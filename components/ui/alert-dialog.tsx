'use client'

import { AlertDialog as Radix } from 'radix-ui'
import type { ReactNode } from 'react'
import { Button } from '#components/ui/button.tsx'
import { cn } from '#components/ui/class-names.ts'
import { DialogFooter, OVERLAY, openInstead, PANEL, useOpen, WIDTHS } from '#components/ui/dialog-frame.tsx'

/**
 * AlertDialog  asks before something that cannot be undone: trigger (a ButtonLink whose href asks on a page of its own
 *              works without scripts), title (the question), description (what will happen), children? (fields),
 *              action? (a server action: the dialog is then a form) + confirm (its SubmitButton),
 *              cancelLabel?, open? + onOpenChange?. Only its buttons and Escape close it.
 */

export type AlertDialogProps = {
  readonly trigger?: ReactNode
  readonly title: ReactNode
  readonly description: ReactNode
  readonly confirm: ReactNode
  readonly action?: (form: FormData) => void | Promise<void>
  readonly cancelLabel?: string
  readonly open?: boolean
  readonly onOpenChange?: (open: boolean) => void
  readonly children?: ReactNode
}

type BodyProps = Omit<AlertDialogProps, 'trigger' | 'open' | 'onOpenChange'>

const Body = ({ title, description, confirm, cancelLabel = 'Cancel', children }: Omit<BodyProps, 'action'>) => (
  <>
    <div className="grid min-h-0 gap-4 overflow-y-auto p-5">
      <div className="grid gap-1.5">
        <Radix.Title className="text-base font-semibold">{title}</Radix.Title>
        <Radix.Description asChild>
          <div className="text-sm text-muted">{description}</div>
        </Radix.Description>
      </div>
      {children}
    </div>
    <DialogFooter>
      <Radix.Cancel asChild>
        <Button>{cancelLabel}</Button>
      </Radix.Cancel>
      {confirm}
    </DialogFooter>
  </>
)

export const AlertDialog = ({ trigger, open, onOpenChange, action, ...body }: AlertDialogProps) => {
  const [isOpen, change] = useOpen(open, onOpenChange)
  return (
    <Radix.Root open={isOpen} onOpenChange={change}>
      {trigger && (
        <Radix.Trigger asChild onClick={openInstead(() => change(true))}>
          {trigger}
        </Radix.Trigger>
      )}
      <Radix.Portal>
        <Radix.Overlay className={OVERLAY} />
        <Radix.Content className={cn(PANEL, WIDTHS.sm)}>
          {action ? (
            <form action={action} className="flex min-h-0 flex-col">
              <Body {...body} />
            </form>
          ) : (
            <Body {...body} />
          )}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
