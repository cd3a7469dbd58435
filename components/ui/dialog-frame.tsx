import { type MouseEvent, type ReactNode, useState } from 'react'
import { cn } from '#components/ui/class-names.ts'
import { lendStyleNonce } from '#components/ui/style-nonce.ts'

/** What Dialog and AlertDialog share: overlay, panel, widths, whether they are open, footer. Take those two instead. */

export const OVERLAY = cn(
  'fixed inset-0 z-40 bg-black/45',
  'data-[state=open]:animate-in data-[state=open]:fade-in-0 data-[state=closed]:animate-out data-[state=closed]:fade-out-0',
)

export const PANEL = cn(
  'fixed inset-x-3 bottom-3 z-50 mx-auto flex max-h-[calc(100dvh-1.5rem)] flex-col rounded-xl bg-raised shadow-pop',
  'outline-none sm:top-[12vh] sm:bottom-auto sm:max-h-[76vh] forced:border',
  'duration-150 data-[state=open]:animate-in data-[state=open]:fade-in-0 data-[state=open]:slide-in-from-bottom-2',
  'data-[state=closed]:animate-out data-[state=closed]:fade-out-0',
)

export const WIDTHS = { sm: 'max-w-md', md: 'max-w-lg', lg: 'max-w-2xl' } as const

export type DialogSize = keyof typeof WIDTHS

/** Whether a dialog is open and what changes it: controlled from outside when `open` is given, else by itself. */
export const useOpen = (open: boolean | undefined, onOpenChange: ((open: boolean) => void) | undefined) => {
  const [ownOpen, setOwnOpen] = useState(false)
  const change = (next: boolean) => {
    lendStyleNonce()
    setOwnOpen(next)
    onOpenChange?.(next)
  }
  return [open ?? ownOpen, change] as const
}

/** Opens instead of following a link; a click meant for a new tab goes its way. */
export const openInstead = (open: () => void) => (event: MouseEvent) => {
  if (event.metaKey || event.ctrlKey || event.shiftKey) return
  event.preventDefault()
  open()
}

export const DialogFooter = ({ children }: { readonly children: ReactNode }) => (
  <div className="flex flex-col-reverse gap-2 rounded-b-xl border-t bg-sunken px-5 py-3.5 sm:flex-row sm:justify-end">
    {children}
  </div>
)
