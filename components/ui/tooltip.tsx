'use client'

import { Tooltip as Radix } from 'radix-ui'
import type { ReactNode } from 'react'
import { layerHome } from '#components/ui/landmark.ts'

/**
 * Tooltip  text, side?, children = one element that takes focus (a button or link). Only repeats or adds; nothing that a
 *          person needs may stand in a tooltip alone, since fingers and script-free pages never see it.
 */

export type TooltipProps = {
  readonly text: ReactNode
  readonly side?: 'top' | 'right' | 'bottom' | 'left'
  readonly children: ReactNode
}

export const Tooltip = ({ text, side = 'top', children }: TooltipProps) => (
  <Radix.Provider delayDuration={300}>
    <Radix.Root>
      <Radix.Trigger asChild>{children}</Radix.Trigger>
      <Radix.Portal container={layerHome()}>
        <Radix.Content
          side={side}
          sideOffset={6}
          collisionPadding={12}
          className="z-50 max-w-72 rounded-md bg-ink px-2.5 py-1.5 text-xs text-on-ink shadow-card duration-100 animate-in fade-in-0 forced:border"
        >
          {text}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  </Radix.Provider>
)
