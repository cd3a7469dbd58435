'use client'

import { useEffect, useRef } from 'react'
import { inputProblems } from '#components/tokens/problems.ts'
import { confirmPath } from '#components/tokens/token-paths.ts'
import { Alert, ErrorSummary } from '#components/ui/alert.tsx'
import { ButtonLink } from '#components/ui/button.tsx'
import type { FormState } from '#lib/errors/form-state.ts'

/**
 * FormErrors  what stands at the top of a refused form about tokens: state, title (what did not happen). It takes the
 *             focus when it appears. An ended or old session is mended in another tab, so that what was typed stays.
 */

export type FormErrorsProps = { readonly state: FormState<unknown>; readonly title: string }

const SESSION_CODES: Readonly<Record<string, { readonly href: string; readonly label: string }>> = {
  'session.required': { href: '/sign-in', label: 'Sign in, in a new tab' },
  'session.stale': { href: confirmPath('/'), label: 'Confirm, in a new tab' },
}

const quotes = (code: string) => code === 'server.internal' || code === 'store.unavailable'

export const FormErrors = ({ state, title }: FormErrorsProps) => {
  const box = useRef<HTMLDivElement>(null)
  const failure = state.status === 'refused' ? state.failure : undefined
  useEffect(() => {
    if (failure) box.current?.focus()
  }, [failure])
  if (!failure) return null
  const session = SESSION_CODES[failure.code]
  return (
    <div ref={box} tabIndex={-1} className="outline-none">
      {session ? (
        <Alert
          tone="warning"
          live
          title={failure.message}
          actions={
            <ButtonLink href={session.href} target="_blank" prefetch={false} size="sm">
              {session.label}
            </ButtonLink>
          }
        >
          Then come back and press the button again: what you typed stays here.
        </Alert>
      ) : (
        <ErrorSummary
          title={title}
          message={failure.message}
          errors={inputProblems(state)}
          requestId={quotes(failure.code) && failure.requestId ? failure.requestId : undefined}
        />
      )}
    </div>
  )
}
