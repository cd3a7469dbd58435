'use client'

import { X } from 'lucide-react'
import { Dialog as Radix } from 'radix-ui'
import type { ReactNode } from 'react'
import { buttonStyle } from '#components/ui/button.tsx'
import { cn } from '#components/ui/class-names.ts'
import {
  DialogFooter,
  type DialogSize,
  OVERLAY,
  openInstead,
  PANEL,
  useOpen,
  WIDTHS,
} from '#components/ui/dialog-frame.tsx'

/**
 * Dialog        trigger (one element: a Button, or a ButtonLink whose href shows the same thing as a page for those
 *               without scripts), title, description?, footer?, size? sm | md | lg, children,
 *               open? + onOpenChange? to control it. Focus is held, Escape closes, focus returns.
 *               A form with its buttons goes into children; `footer` is for what needs no form.
 * DialogClose   wraps the one button that closes: <DialogClose><Button>Cancel</Button></DialogClose>.
 */

export type DialogProps = {
  readonly trigger?: ReactNode
  readonly title: ReactNode
  readonly description?: ReactNode
  readonly footer?: ReactNode
  readonly size?: DialogSize
  readonly open?: boolean
  readonly onOpenChange?: (open: boolean) => void
  readonly children?: ReactNode
}

export const DialogClose = ({ children }: { readonly children: ReactNode }) => (
  <Radix.Close asChild>{children}</Radix.Close>
)

const CloseCross = () => (
  <Radix.Close
    aria-label="Close"
    className={cn(buttonStyle({ variant: 'ghost', size: 'icon' }), 'absolute top-3 right-3')}
  >
    <X aria-hidden="true" />
  </Radix.Close>
)

export const Dialog = ({
  trigger,
  title,
  description,
  footer,
  size = 'md',
  open,
  onOpenChange,
  children,
}: DialogProps) => {
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
        <Radix.Content className={cn(PANEL, WIDTHS[size])} {...(!description && { 'aria-describedby': undefined })}>
          <div className="grid gap-1 px-5 pt-5 pr-12 pb-3">
            <Radix.Title className="text-base font-semibold">{title}</Radix.Title>
            {description && <Radix.Description className="text-sm text-muted">{description}</Radix.Description>}
          </div>
          {children && <div className="min-h-0 overflow-y-auto px-5 pt-1 pb-5">{children}</div>}
          {footer && <DialogFooter>{footer}</DialogFooter>}
          <CloseCross />
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
