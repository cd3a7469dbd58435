import { makeKeyCommand } from '#components/tokens/own-key-snippets.ts'
import { CodeBlock } from '#components/ui/code-block.tsx'
import { Disclosure } from '#components/ui/disclosure.tsx'
import { TextareaField } from '#components/ui/field.tsx'
import { RadioCard, RadioCardGroup } from '#components/ui/radio-card.tsx'

/**
 * ProofChoice  how a client proves who it is: initial ('secret' | 'key'), initialKeys (JSON), error? (about the keys).
 * KeysField    the public keys alone: initial (JSON), error?.
 */

export type ProofChoiceProps = {
  readonly initial: string
  readonly initialKeys: string
  readonly error?: string | undefined
}

export const KeysField = ({ initial, error }: { readonly initial: string; readonly error?: string | undefined }) => (
  <div className="grid gap-3">
    <TextareaField
      name="publicJwks"
      label="Public key"
      hint="The public half alone, as a JWK or a JWK Set: P-256, Ed25519 or RSA."
      defaultValue={initial}
      error={error}
      rows={4}
      spellCheck={false}
      autoComplete="off"
      placeholder={'{"kty":"EC","crv":"P-256","x":"…","y":"…"}'}
    />
    <Disclosure summary="Make a key">
      <div className="grid gap-2">
        <CodeBlock id="make-key" label="In a terminal" code={makeKeyCommand('client-key.json')} />
        <p className="text-xs text-muted">
          The private half goes into client-key.json and stays with the service. Paste what the terminal shows.
        </p>
      </div>
    </Disclosure>
  </div>
)

export const ProofChoice = ({ initial, initialKeys, error }: ProofChoiceProps) => (
  <div className="grid gap-4">
    <RadioCardGroup name="proof" legend="How does it prove who it is?" columns={2}>
      <RadioCard
        name="proof"
        value="secret"
        title="With a secret"
        description="We make it, and you copy it once."
        defaultChecked={initial !== 'key'}
      />
      <RadioCard
        name="proof"
        value="key"
        title="With its own key"
        description="It signs (private_key_jwt); there is no secret to share."
        defaultChecked={initial === 'key'}
      />
    </RadioCardGroup>
    <div className="hidden group-has-[#proof-key:checked]/form:block">
      <KeysField initial={initialKeys} error={error} />
    </div>
  </div>
)
