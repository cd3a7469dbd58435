import type { Metadata } from 'next'
import { PageHeader } from '#components/shell/page-header.tsx'
import { ButtonLink } from '#components/ui/button.tsx'

export const metadata: Metadata = { title: 'Not allowed' }

const Forbidden = () => (
  <>
    <PageHeader
      title="Your role does not allow this"
      description="Somebody who manages the members of this account can give you another role."
    />
    <ButtonLink href="/" className="justify-self-start">
      Go to your tokens
    </ButtonLink>
  </>
)

export default Forbidden
