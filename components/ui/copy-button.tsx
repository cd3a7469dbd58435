'use client'

import { Check, Copy } from 'lucide-react'
import { useEffect, useState } from 'react'
import { Button, type ButtonProps } from '#components/ui/button.tsx'
import { cn } from '#components/ui/class-names.ts'

/**
 * CopyButton  target (id of the element whose text is copied: the text then stands once on the page), what (said to
 *             screen readers: "client secret"), label? (shown; default "Copy"; "" shows the mark alone), onCopied?, and
 *             Button's looks. Says "Copied". Where the clipboard is closed to pages (plain http) it selects the text and
 *             says which keys to press. Not shown without scripts; the text itself selects whole on a click.
 */

type State = 'idle' | 'copied' | 'selected'

const RESET_MS = 2500

const select = (element: Element) => {
  const selection = window.getSelection()
  selection?.removeAllRanges()
  const range = document.createRange()
  range.selectNodeContents(element)
  selection?.addRange(range)
}

const copyText = async (element: Element): Promise<Exclude<State, 'idle'>> => {
  try {
    await navigator.clipboard.writeText(element.textContent ?? '')
    return 'copied'
  } catch {
    select(element)
    return 'selected'
  }
}

const copyKeys = () => (/mac|iphone|ipad/i.test(navigator.userAgent) ? '⌘C' : 'Ctrl+C')

export type CopyButtonProps = Omit<ButtonProps, 'onClick' | 'children' | 'type'> & {
  readonly target: string
  readonly what: string
  readonly label?: string
  readonly onCopied?: () => void
}

export const CopyButton = ({
  target,
  what,
  label = 'Copy',
  onCopied,
  size = 'sm',
  className,
  ...rest
}: CopyButtonProps) => {
  const [state, setState] = useState<State>('idle')
  useEffect(() => {
    if (state === 'idle') return
    const timer = setTimeout(() => setState('idle'), RESET_MS)
    return () => clearTimeout(timer)
  }, [state])

  const copy = async () => {
    const element = document.getElementById(target)
    if (!element) return
    const result = await copyText(element)
    setState(result)
    if (result === 'copied') onCopied?.()
  }

  const shown = { idle: label, copied: label && 'Copied', selected: `Press ${state === 'selected' ? copyKeys() : ''}` }
  const spoken = { idle: '', copied: `Copied ${what}`, selected: `Selected ${what}. ${shown.selected} to copy it` }
  return (
    <>
      <Button
        {...rest}
        size={size}
        aria-label={state === 'idle' ? `${label || 'Copy'} ${what}` : undefined}
        className={cn('noscript:hidden', className)}
        onClick={copy}
      >
        {state === 'copied' ? (
          <Check aria-hidden="true" className="text-success" />
        ) : (
          <Copy aria-hidden="true" className="opacity-80" />
        )}
        {shown[state] || <span className="sr-only">Copied</span>}
      </Button>
      <span role="status" className="sr-only">
        {spoken[state]}
      </span>
    </>
  )
}
