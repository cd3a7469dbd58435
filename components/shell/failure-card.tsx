'use client'

import { RotateCw } from 'lucide-react'
import { AuthCard } from '#components/shell/auth-card.tsx'
import { Button, buttonStyle } from '#components/ui/button.tsx'

/** FailureCard  error (whatever was thrown; only its digest is shown), retry: the words of both error pages. */

const digestOf = (error: unknown): string | undefined =>
  error instanceof Error && 'digest' in error && typeof error.digest === 'string' ? error.digest : undefined

export type FailureCardProps = { readonly error: unknown; readonly retry: () => void }

export const FailureCard = ({ error, retry }: FailureCardProps) => {
  const digest = digestOf(error)
  return (
    <AuthCard
      title="This page could not be shown"
      description="Something failed on our side. Changes that were confirmed to you are kept; tokens go on working. Try again, and if it stays, tell whoever runs this portal."
      footer={
        digest && (
          <>
            Reference <code className="font-mono text-xs text-fg select-all">{digest}</code>
          </>
        )
      }
    >
      <div className="flex flex-wrap gap-2">
        <Button variant="primary" onClick={() => retry()}>
          <RotateCw aria-hidden="true" />
          Try again
        </Button>
        {/* A whole page load on purpose: what failed may be what a soft navigation keeps. */}
        {/* oxlint-disable-next-line nextjs/no-html-link-for-pages */}
        <a href="/" className={buttonStyle({ variant: 'secondary' })}>
          Go to the start
        </a>
      </div>
    </AuthCard>
  )
}
