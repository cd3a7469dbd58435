'use client'

import { CircleCheck } from 'lucide-react'
import { useFirstUse } from '#components/tokens/use-first-use.ts'

/** FirstUse  says when a new token is used for the first time: path (which tells of its last use). */
export const FirstUse = ({ path }: { readonly path: string }) => {
  const used = useFirstUse(path)
  return (
    <p role="status" className="flex min-h-6 items-center gap-2 text-sm text-muted noscript:hidden">
      {used ? (
        <>
          <CircleCheck aria-hidden="true" className="size-4 text-success" />
          <span className="font-medium text-fg">First used just now</span>
        </>
      ) : (
        <>
          <span aria-hidden="true" className="mx-1 size-2 animate-pulse rounded-full bg-control" />
          Not used yet
        </>
      )}
    </p>
  )
}
