'use client'

import { FailureCard, type FailureCardProps } from '#components/shell/failure-card.tsx'

const ErrorPage = (props: FailureCardProps) => (
  <>
    <title>Something failed · Latchkey</title>
    <FailureCard {...props} />
  </>
)

export default ErrorPage
