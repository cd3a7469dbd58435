'use client'

import { type ReactNode, useEffect, useRef } from 'react'
import { Alert } from '#components/ui/alert.tsx'

/**
 * DoneAlert  says what was just done to a token: children. It takes the focus: the button that was pressed is gone with
 *            its dialog, and who works by keyboard or hears the page would start over at its top.
 */

export const DoneAlert = ({ children }: { readonly children: ReactNode }) => {
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => box.current?.focus({ preventScroll: true }), [])
  return (
    <div ref={box} tabIndex={-1} className="rounded-lg">
      <Alert tone="success" live>
        {children}
      </Alert>
    </div>
  )
}
