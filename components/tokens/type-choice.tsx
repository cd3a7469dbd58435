import { TYPE_WORDS } from '#components/tokens/token-words.ts'
import { Badge } from '#components/ui/badge.tsx'
import { InlineCode } from '#components/ui/code-block.tsx'
import { RadioCard, RadioCardGroup } from '#components/ui/radio-card.tsx'

/** TypeChoice  how the token is used: initial, error?. */

export type TypeChoiceProps = { readonly initial: string; readonly error?: string | undefined }

export const TypeChoice = ({ initial, error }: TypeChoiceProps) => (
  <RadioCardGroup name="type" legend="How is it used?" columns={2} error={error}>
    <RadioCard
      name="type"
      value="access_token"
      title={TYPE_WORDS.access_token.label}
      meta={<Badge>Default</Badge>}
      description={
        <>
          One string in <InlineCode>{TYPE_WORDS.access_token.header}</InlineCode>; for scripts and CI.
        </>
      }
      defaultChecked={initial !== 'client_credentials'}
    />
    <RadioCard
      id="type-client"
      name="type"
      value="client_credentials"
      title={TYPE_WORDS.client_credentials.label}
      description={
        <>
          ID and secret, exchanged for a short-lived <InlineCode>{TYPE_WORDS.client_credentials.header}</InlineCode>{' '}
          token; for services with an OAuth library.
        </>
      }
      defaultChecked={initial === 'client_credentials'}
    />
  </RadioCardGroup>
)
