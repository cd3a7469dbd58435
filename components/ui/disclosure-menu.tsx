'use client'

import { usePathname } from 'next/navigation'
import { type ReactNode, useEffect, useRef } from 'react'
import { cn } from '#components/ui/class-names.ts'

/**
 * DisclosureMenu  a menu of links and forms that opens without scripts (<details>): label (what screen readers hear),
 *                 trigger (what the button shows), align? start | end, className? (of the trigger), children.
 *                 With scripts Escape, a click elsewhere, leaving by Tab, and choosing a link close it.
 * menuItemStyle   the looks of a link or button inside.
 */

export const menuItemStyle = cn(
  'flex w-full items-center gap-2.5 rounded-md px-2.5 py-1.5 text-left text-sm text-fg no-underline tap',
  'hover:bg-hover focus-visible:-outline-offset-2 aria-[current]:font-medium [&_svg]:size-4 [&_svg]:shrink-0 [&_svg]:text-subtle',
)

export type DisclosureMenuProps = {
  readonly label: string
  readonly trigger: ReactNode
  readonly align?: 'start' | 'end'
  readonly className?: string
  readonly children: ReactNode
}

const useClosing = () => {
  const ref = useRef<HTMLDetailsElement>(null)
  const pathname = usePathname()

  useEffect(() => {
    if (ref.current) ref.current.open = false
  }, [pathname])

  useEffect(() => {
    const closeOutside = (event: Event) => {
      const menu = ref.current
      if (menu?.open && event.target instanceof Node && !menu.contains(event.target)) menu.open = false
    }
    const closeOnEscape = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || !ref.current?.open) return
      ref.current.open = false
      ref.current.querySelector('summary')?.focus()
    }
    document.addEventListener('pointerdown', closeOutside)
    document.addEventListener('focusin', closeOutside)
    document.addEventListener('keydown', closeOnEscape)
    return () => {
      document.removeEventListener('pointerdown', closeOutside)
      document.removeEventListener('focusin', closeOutside)
      document.removeEventListener('keydown', closeOnEscape)
    }
  }, [])
  return ref
}

export const DisclosureMenu = ({ label, trigger, align = 'start', className, children }: DisclosureMenuProps) => (
  <details ref={useClosing()} className="group/menu relative">
    <summary
      aria-label={label}
      className={cn(
        'flex h-9 items-center gap-2 rounded-md px-2 text-sm select-none tap hover:bg-hover group-open/menu:bg-hover',
        className,
      )}
    >
      {trigger}
    </summary>
    <div
      className={cn(
        'absolute top-full z-30 mt-1.5 grid w-64 max-w-[calc(100vw-1.5rem)] rounded-lg bg-raised p-1.5 shadow-pop forced:border',
        align === 'end' ? 'right-0' : 'left-0',
      )}
    >
      {children}
    </div>
  </details>
)
