'use client'

import { TriangleAlert } from 'lucide-react'
import { type ComponentProps, useRef, useState } from 'react'
import { PageHeader } from '#components/shell/page-header.tsx'
import { EnvDownload } from '#components/tokens/env-download.tsx'
import { FirstUse } from '#components/tokens/first-use.tsx'
import { OwnKeysView } from '#components/tokens/own-keys-view.tsx'
import { SnippetTabs } from '#components/tokens/snippet-tabs.tsx'
import { type SnippetFacts, secretVariable, snippetsFor, tryCommand } from '#components/tokens/snippets.ts'
import type { IssuedAnswer } from '#components/tokens/token-form-view.ts'
import { tokenPaths } from '#components/tokens/token-paths.ts'
import { TYPE_WORDS } from '#components/tokens/token-words.ts'
import { useLeaveGuard } from '#components/tokens/use-leave-guard.ts'
import { useSecretPage } from '#components/tokens/use-secret-page.ts'
import { AlertDialog } from '#components/ui/alert-dialog.tsx'
import { Button, ButtonLink } from '#components/ui/button.tsx'
import { Card, Section } from '#components/ui/card.tsx'
import { CodeBlock, CopyField, InlineCode } from '#components/ui/code-block.tsx'

/**
 * SecretView  a new secret, once: slug, answer, snippets (the addresses they call), isNew? (a new token; else a rotated
 *             one); of a client with keys of its own, its id instead. Holds no form, and the secret stands in it once; everything else reads it from the environment.
 */

export type SecretViewProps = {
  readonly slug: string
  readonly answer: IssuedAnswer
  readonly snippets: Omit<SnippetFacts, 'clientId'>
  readonly isNew?: boolean
}

type Secret = Exclude<IssuedAnswer['secret'], { readonly type: 'public_jwks' }>
type Told = Omit<SecretViewProps, 'answer'> & { readonly answer: IssuedAnswer & { readonly secret: Secret } }
type Values = Pick<Told, 'answer'> & { readonly onKept: () => void }

type SecretFieldProps = {
  readonly label: string
  readonly value: string
  readonly variables: ComponentProps<typeof EnvDownload>['values']
  readonly onKept: () => void
}

const SecretField = ({ label, value, variables, onKept }: SecretFieldProps) => (
  // Copied by the keys counts as well.
  <div onCopy={onKept}>
    <CopyField
      id="secret"
      label={label}
      value={value}
      onCopied={onKept}
      actions={<EnvDownload values={variables} onSaved={onKept} />}
    />
  </div>
)

const SecretFields = ({ answer: { secret }, onKept }: Values) => {
  if (secret.type === 'access_token')
    return (
      <SecretField
        label="Access token"
        value={secret.accessToken}
        variables={[['LATCHKEY_TOKEN', secret.accessToken]]}
        onKept={onKept}
      />
    )
  const values = [
    ['LATCHKEY_CLIENT_ID', secret.clientId],
    ['LATCHKEY_CLIENT_SECRET', secret.clientSecret],
  ] as const
  return (
    <>
      <CopyField
        id="client-id"
        label="Client ID"
        value={secret.clientId}
        hint="Not secret: you find it on the token’s page."
      />
      <SecretField label="Client secret" value={secret.clientSecret} variables={values} onKept={onKept} />
    </>
  )
}

const SecretCard = ({ answer, onKept }: Values) => (
  <Card className="border-warning-line">
    <div className="grid gap-4 p-4 sm:p-5">
      <p className="flex items-center gap-2 font-medium">
        <TriangleAlert aria-hidden="true" className="size-4 shrink-0 text-warning" />
        Copy it now; it is not shown again.
      </p>
      <SecretFields answer={answer} onKept={onKept} />
    </div>
  </Card>
)

const LeaveDialog = ({ guard }: { readonly guard: ReturnType<typeof useLeaveGuard> }) => (
  <AlertDialog
    open={guard.isAsking}
    onOpenChange={(open) => !open && guard.stay()}
    title="Leave without copying it?"
    description="The secret is not shown again. Without it you would have to make another."
    cancelLabel="Stay"
    confirm={
      <Button variant="danger" onClick={guard.leave}>
        Leave
      </Button>
    }
  />
)

const Examples = ({ answer: { secret, tokenId }, snippets }: Pick<Told, 'answer' | 'snippets'>) => {
  const facts = { ...snippets, clientId: tokenId }
  const variable = secretVariable(secret.type)
  return (
    <Section
      title="Use it"
      description={
        <>
          The examples read <InlineCode>${variable}</InlineCode>, which keeps the secret out of your files.
        </>
      }
    >
      <div className="grid gap-4">
        <CodeBlock id="try-it" label="Try it in a terminal" code={tryCommand(secret.type, facts)} />
        <SnippetTabs snippets={snippetsFor(secret.type, facts)} />
      </div>
    </Section>
  )
}

const ToldSecret = ({ slug, answer, snippets, isNew = false }: Told) => {
  const [isKept, setKept] = useState(false)
  const box = useRef<HTMLDivElement>(null)
  const paths = tokenPaths(slug)
  const path = paths.token(answer.tokenId)
  const guard = useLeaveGuard(!isKept)
  useSecretPage(box, path)
  const { label, header } = TYPE_WORDS[answer.secret.type]
  return (
    <div ref={box} className="mx-auto grid w-full max-w-3xl grid-cols-1 gap-6">
      <PageHeader
        title={isNew ? `“${answer.name}” is ready` : `“${answer.name}” has a new secret`}
        description={
          <>
            {label}, sent as <InlineCode>{header}</InlineCode>
          </>
        }
      />
      <SecretCard answer={answer} onKept={() => setKept(true)} />
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        {isNew && <FirstUse path={paths.token(answer.tokenId, 'last-use')} />}
        <ButtonLink href={path} prefetch={false} data-leave="" variant="primary" className="ml-auto">
          I have stored it
        </ButtonLink>
      </div>
      <Examples answer={answer} snippets={snippets} />
      <LeaveDialog guard={guard} />
    </div>
  )
}

export const SecretView = ({ answer, ...rest }: SecretViewProps) => {
  const { secret, ...named } = answer
  return secret.type === 'public_jwks' ? (
    <OwnKeysView {...rest} answer={answer} />
  ) : (
    <ToldSecret {...rest} answer={{ ...named, secret }} />
  )
}
