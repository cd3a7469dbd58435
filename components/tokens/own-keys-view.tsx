'use client'

import { KeyRound } from 'lucide-react'
import { useRef } from 'react'
import { PageHeader } from '#components/shell/page-header.tsx'
import { FirstUse } from '#components/tokens/first-use.tsx'
import { ownKeySnippets } from '#components/tokens/own-key-snippets.ts'
import type { SecretViewProps } from '#components/tokens/secret-view.tsx'
import { SnippetTabs } from '#components/tokens/snippet-tabs.tsx'
import { tokenPaths } from '#components/tokens/token-paths.ts'
import { useSecretPage } from '#components/tokens/use-secret-page.ts'
import { ButtonLink } from '#components/ui/button.tsx'
import { Card, Section } from '#components/ui/card.tsx'
import { CopyField, InlineCode } from '#components/ui/code-block.tsx'

/** OwnKeysView  what stands instead of a secret where the client has keys of its own: its id, and how to sign. */

export const OwnKeysView = ({ slug, answer, snippets, isNew = false }: SecretViewProps) => {
  const box = useRef<HTMLDivElement>(null)
  const paths = tokenPaths(slug)
  const path = paths.token(answer.tokenId)
  useSecretPage(box, path)
  return (
    <div ref={box} className="mx-auto grid w-full max-w-3xl grid-cols-1 gap-6">
      <PageHeader
        title={isNew ? `“${answer.name}” is made` : `“${answer.name}” has new keys`}
        description="Client credentials with a key of their own"
      />
      <Card>
        <div className="grid gap-4 p-4 sm:p-5">
          <p className="flex items-center gap-2 font-medium">
            <KeyRound aria-hidden="true" className="size-4 shrink-0 text-muted" />
            There is no secret to copy: your service signs with its own key.
          </p>
          <CopyField
            id="client-id"
            label="Client ID"
            value={answer.tokenId}
            hint="No secret: it stands on the token’s page."
          />
        </div>
      </Card>
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        {isNew && <FirstUse path={paths.token(answer.tokenId, 'last-use')} />}
        <ButtonLink href={path} prefetch={false} variant="primary" className="ml-auto">
          Open the token
        </ButtonLink>
      </div>
      <Section
        title="Use it"
        description={
          <>
            The examples read the private key, a JWK, from the file that <InlineCode>$LATCHKEY_KEY_FILE</InlineCode>{' '}
            names.
          </>
        }
      >
        <SnippetTabs snippets={ownKeySnippets({ ...snippets, clientId: answer.tokenId })} />
      </Section>
    </div>
  )
}
