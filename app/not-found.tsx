import type { Metadata } from 'next'
import { AuthCard } from '#components/shell/auth-card.tsx'
import { ButtonLink } from '#components/ui/button.tsx'

export const metadata: Metadata = { title: 'Page not found' }

const NotFound = () => (
  <AuthCard
    title="There is nothing here"
    description="The page does not exist, or it belongs to an account that you are not signed in to. If somebody gave you the link, ask them to check it."
  >
    <ButtonLink href="/" variant="primary" className="justify-self-start">
      Go to your tokens
    </ButtonLink>
  </AuthCard>
)

export default NotFound
