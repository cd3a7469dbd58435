import { typed } from '#components/form/form-view.ts'
import { AllowlistField } from '#components/tokens/allowlist-field.tsx'
import { ClientOptions } from '#components/tokens/client-options.tsx'
import { LimitField } from '#components/tokens/limit-field.tsx'
import { inputProblem } from '#components/tokens/problems.ts'
import { ProofChoice } from '#components/tokens/proof-choice.tsx'
import type { NewTokenView } from '#components/tokens/token-form-view.ts'
import { Disclosure } from '#components/ui/disclosure.tsx'
import type { FormState } from '#lib/errors/form-state.ts'

/**
 * MoreChoices  what few need of the form for a new token: view, state. Closed unless something in it was chosen or is
 *              wrong. What only clients of the token endpoint have is shown while that type is chosen.
 */

export type MoreChoicesProps = { readonly view: NewTokenView; readonly state: FormState<unknown> }

const INPUTS = ['ipAllowlist', 'publicJwks', 'refreshMode', 'dpopRequired', 'requestsPerMinute'] as const

const ONLY_CLIENTS = 'hidden group-has-[#type-client:checked]/form:grid'

export const MoreChoices = ({ view: { prefill }, state }: MoreChoicesProps) => {
  const wrong = (name: (typeof INPUTS)[number]) => inputProblem(state, name)
  const proof = typed(state, 'proof', prefill.proof)
  const refresh = typed(state, 'refreshMode', prefill.refreshMode)
  const dpop = typed(state, 'dpopRequired', prefill.dpopRequired ? 'yes' : '') !== ''
  const allowlist = typed(state, 'ipAllowlist', prefill.ipAllowlist)
  const limit = typed(state, 'requestsPerMinute', prefill.requestsPerMinute)
  const isChosen = allowlist !== '' || limit !== '' || proof === 'key' || refresh !== 'default' || dpop
  return (
    <Disclosure
      summary="More"
      meta={
        <>
          IP allowlist, limit
          <span className="hidden group-has-[#type-client:checked]/form:inline">, own key, refresh tokens</span>
        </>
      }
      open={isChosen || INPUTS.some((name) => wrong(name))}
    >
      <div className="grid gap-6">
        <div className={`${ONLY_CLIENTS} gap-6`}>
          <ProofChoice initial={proof} initialKeys={typed(state, 'publicJwks')} error={wrong('publicJwks')} />
          <ClientOptions
            refresh={refresh}
            dpop={dpop}
            refreshError={wrong('refreshMode')}
            dpopError={wrong('dpopRequired')}
          />
        </div>
        <AllowlistField initial={allowlist} error={wrong('ipAllowlist')} />
        <LimitField initial={limit} error={wrong('requestsPerMinute')} />
      </div>
    </Disclosure>
  )
}
