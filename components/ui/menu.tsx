'use client'

import { DropdownMenu } from 'radix-ui'
import type { ComponentProps, ReactNode } from 'react'
import { cn } from '#components/ui/class-names.ts'
import { menuItemStyle } from '#components/ui/disclosure-menu.tsx'
import { layerHome } from '#components/ui/landmark.ts'
import { lendStyleNonce } from '#components/ui/style-nonce.ts'

/**
 * Menu           actions of a row or a page: trigger (one Button; give an icon button an aria-label), align? start | end,
 *                children = MenuItems, MenuSeparators. Needs scripts: what it offers must also stand on the object's page.
 * MenuItem       onSelect?, tone? danger, disabled?, asChild? (around a link).
 * For links that work without scripts take DisclosureMenu.
 */

export type MenuProps = {
  readonly trigger: ReactNode
  readonly align?: 'start' | 'end'
  readonly children: ReactNode
}

export const Menu = ({ trigger, align = 'end', children }: MenuProps) => (
  <DropdownMenu.Root modal={false} onOpenChange={lendStyleNonce}>
    <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
    <DropdownMenu.Portal container={layerHome()}>
      <DropdownMenu.Content
        align={align}
        sideOffset={6}
        collisionPadding={12}
        className={cn(
          'z-30 min-w-44 rounded-lg bg-raised p-1.5 shadow-pop outline-none forced:border',
          'duration-100 data-[state=open]:animate-in data-[state=open]:fade-in-0 data-[state=open]:slide-in-from-top-1',
        )}
      >
        {children}
      </DropdownMenu.Content>
    </DropdownMenu.Portal>
  </DropdownMenu.Root>
)

export type MenuItemProps = ComponentProps<typeof DropdownMenu.Item> & { readonly tone?: 'danger' }

export const MenuItem = ({ tone, className, ...rest }: MenuItemProps) => (
  <DropdownMenu.Item
    className={cn(
      menuItemStyle,
      'outline-none data-disabled:pointer-events-none data-disabled:opacity-50 data-highlighted:bg-hover forced:data-highlighted:outline-2',
      tone === 'danger' && 'text-danger data-highlighted:bg-danger-soft [&_svg]:text-danger',
      className,
    )}
    {...rest}
  />
)

export const MenuSeparator = () => <DropdownMenu.Separator className="-mx-1.5 my-1.5 h-px bg-line" />
