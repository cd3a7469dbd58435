'use client'

import { typed } from '#components/form/form-view.ts'
import { PageHeader } from '#components/shell/page-header.tsx'
import { ExpiryChoice } from '#components/tokens/expiry-choice.tsx'
import { type ExpiryChoices, KEEP_EXPIRY } from '#components/tokens/expiry-choices.ts'
import { FormErrors } from '#components/tokens/form-errors.tsx'
import { inputProblem } from '#components/tokens/problems.ts'
import { KeysField } from '#components/tokens/proof-choice.tsx'
import { SecretView } from '#components/tokens/secret-view.tsx'
import type { SnippetFacts } from '#components/tokens/snippets.ts'
import type { IssuedAnswer } from '#components/tokens/token-form-view.ts'
import { tokenPaths } from '#components/tokens/token-paths.ts'
import { useSubmission } from '#components/tokens/use-submission.ts'
import { Alert } from '#components/ui/alert.tsx'
import { ButtonLink } from '#components/ui/button.tsx'
import { Card, CardBody, CardFooter } from '#components/ui/card.tsx'
import { InlineCode } from '#components/ui/code-block.tsx'
import { RadioCard, RadioCardGroup } from '#components/ui/radio-card.tsx'
import { SubmitButton } from '#components/ui/submit-button.tsx'
import { Time } from '#components/ui/time.tsx'
import type { FormAction, FormState } from '#lib/errors/form-state.ts'
import { dateOf } from '#lib/time/date-of.ts'
import type { DescribedRotation } from '#lib/tokens/describe-token.ts'
import type { TokenContext, TokenType } from '#lib/tokens/token.ts'

/**
 * RotateToken  gives a token a new secret: view, action. Shows the form or, instead of it, the secret. Asked twice, it says
 *              that the first answer held it.
 */

export type RotateView = {
  readonly slug: string
  readonly tokenId: string
  readonly name: string
  readonly context: TokenContext
  readonly type: TokenType
  readonly expiresAt: number | null
  readonly expiry: ExpiryChoices
  /** A rotation that is not over: its former secret ends when the token is rotated again. */
  readonly underway: DescribedRotation | undefined
  readonly now: number
  /** Id of its newest credential: none that was made since shall end by this form. */
  readonly replaces: string
  readonly idempotencyKey: string
  /** Whether its client has keys of its own, and registers others. */
  readonly ownKeys: boolean
  readonly snippets: Omit<SnippetFacts, 'clientId'>
}

export type RotateTokenProps = { readonly view: RotateView; readonly action: FormAction<IssuedAnswer> }

const OVERLAPS = [
  ['86400', '24 hours', 'Both work meanwhile: time to put the new one in place.'],
  ['3600', '1 hour', 'Enough when you change it by hand, now.'],
  ['604800', '7 days', 'When others have to change it.'],
  ['2592000', '30 days', 'The longest there is. You can finish sooner.'],
] as const

const LEAKED: Readonly<Record<TokenType, string>> = {
  client_credentials: 'It is refused at once, with every refresh token and bearer JWT that it was exchanged for.',
  access_token: 'It is refused at once.',
}

const DEFAULT_OVERLAP = OVERLAPS[0][0]

type FormProps = RotateTokenProps['view'] & {
  readonly state: FormState<IssuedAnswer>
  readonly formProps: ReturnType<typeof useSubmission>['formProps']
}

const Overlaps = ({ state, type }: Pick<FormProps, 'state' | 'type'>) => {
  const chosen = typed(state, 'overlapSeconds', DEFAULT_OVERLAP)
  return (
    <RadioCardGroup
      name="overlapSeconds"
      legend="How long shall the old one go on working?"
      columns={2}
      error={inputProblem(state, 'overlapSeconds')}
    >
      {OVERLAPS.map(([value, title, description]) => (
        <RadioCard
          key={value}
          name="overlapSeconds"
          value={value}
          title={title}
          description={description}
          defaultChecked={value === chosen}
        />
      ))}
      <RadioCard
        name="overlapSeconds"
        value="0"
        title="It leaked: end the old one now"
        description={LEAKED[type]}
        defaultChecked={chosen === '0'}
        className="sm:col-span-2"
      />
    </RadioCardGroup>
  )
}

const Underway = ({ rotation, now }: { readonly rotation: DescribedRotation; readonly now: number }) => {
  const { former, current, formerEndsAt } = rotation
  return (
    <Alert tone="warning" title="This token is in the middle of a rotation">
      Rotating again ends its former secret <InlineCode>····{former.hint}</InlineCode> at once, instead of{' '}
      <Time at={formerEndsAt} now={now} />; it was last used <Time at={former.lastUse?.at} now={now} never="never" />.
      The one made <Time at={current.createdAt} now={now} /> becomes the old one.
    </Alert>
  )
}

const RotateForm = ({ slug, tokenId, replaces, idempotencyKey, state, formProps, ...view }: FormProps) => (
  <form {...formProps} className="grid grid-cols-1 gap-6">
    <input type="hidden" name="slug" value={slug} />
    <input type="hidden" name="tokenId" value={tokenId} />
    <input type="hidden" name="replaces" value={replaces} />
    <input type="hidden" name="idempotencyKey" value={idempotencyKey} />
    <FormErrors state={state} title="The token was not rotated" />
    {view.underway && <Underway rotation={view.underway} now={view.now} />}
    <Card>
      <CardBody className="grid grid-cols-1 gap-6">
        {view.ownKeys && <KeysField initial={typed(state, 'publicJwks')} error={inputProblem(state, 'publicJwks')} />}
        <Overlaps state={state} type={view.type} />
        <ExpiryChoice
          legend="When does the token expire?"
          choices={view.expiry}
          initial={typed(state, 'expiry', KEEP_EXPIRY)}
          initialDate={typed(state, 'expiryDate')}
          keep={view.expiresAt === null ? 'As it is: never' : `As it is: ${dateOf(view.expiresAt)}`}
          error={inputProblem(state, 'expiry')}
        />
      </CardBody>
      <CardFooter>
        <ButtonLink href={tokenPaths(slug).token(tokenId)}>Cancel</ButtonLink>
        <SubmitButton pendingLabel="Rotating">Rotate</SubmitButton>
      </CardFooter>
    </Card>
  </form>
)

const AlreadyRotated = ({ slug, tokenId }: { readonly slug: string; readonly tokenId: string }) => (
  <Alert
    tone="warning"
    live
    title="This form has rotated the token already"
    actions={
      <ButtonLink href={tokenPaths(slug).token(tokenId)} variant="primary" size="sm">
        Open the token
      </ButtonLink>
    }
  >
    It was rotated once, not twice. The new secret was in the first answer and is not shown again: if you do not have
    it, rotate once more.
  </Alert>
)

export const RotateToken = ({ view, action }: RotateTokenProps) => {
  const { state, formProps } = useSubmission(action)
  const { slug, tokenId, name, context } = view
  if (state.status === 'done') return <SecretView slug={slug} answer={state.answer} snippets={view.snippets} />
  const isRepeated = state.status === 'refused' && state.failure.code === 'token.already_issued'
  return (
    <div className="mx-auto grid w-full max-w-2xl grid-cols-1 gap-6">
      <PageHeader
        title={`Rotate “${name}”`}
        description={`It gets ${view.ownKeys ? 'other keys' : 'a new secret'}. Its ID, what it may do and its history stay.`}
        crumbs={[
          { href: tokenPaths(slug).list(context), label: 'Tokens' },
          { href: tokenPaths(slug).token(tokenId), label: name },
        ]}
      />
      {isRepeated ? (
        <AlreadyRotated slug={slug} tokenId={tokenId} />
      ) : (
        <RotateForm {...view} state={state} formProps={formProps} />
      )}
    </div>
  )
}
