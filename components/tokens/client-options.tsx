import type { ReactNode } from 'react'
import { REFRESH_WORDS } from '#components/tokens/client-words.ts'
import { CheckMark } from '#components/ui/checkbox.tsx'
import { Field, Hint } from '#components/ui/field.tsx'
import { Select } from '#components/ui/select.tsx'

/** ClientOptions  what clients of the token endpoint may choose beyond their rights: refresh, dpop, errors?. */

export type ClientOptionsProps = {
  readonly refresh: string
  readonly dpop: boolean
  readonly refreshError?: string | undefined
  readonly dpopError?: string | undefined
}

const DPOP_HINT: ReactNode = 'A stolen token is then of no use. The service’s OAuth library must know DPoP (RFC 9449).'

export const ClientOptions = ({ refresh, dpop, refreshError, dpopError }: ClientOptionsProps) => (
  <div className="grid gap-6">
    <Field id="refreshMode" label="Refresh tokens" error={refreshError} className="max-w-xs">
      {(control) => (
        <Select name="refreshMode" defaultValue={refresh} {...control}>
          {Object.entries(REFRESH_WORDS).map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </Select>
      )}
    </Field>
    <div className="grid gap-1.5">
      <label htmlFor="dpopRequired" className="flex w-fit items-center gap-2.5 text-sm font-medium tap">
        <CheckMark
          id="dpopRequired"
          name="dpopRequired"
          value="yes"
          defaultChecked={dpop}
          aria-describedby={dpopError ? 'dpopRequired-error dpopRequired-hint' : 'dpopRequired-hint'}
          {...(dpopError && { 'aria-invalid': true as const })}
        />
        Bind tokens to a key (DPoP)
      </label>
      {dpopError && (
        <p id="dpopRequired-error" className="text-xs font-medium text-danger">
          {dpopError}
        </p>
      )}
      <Hint id="dpopRequired-hint">{DPOP_HINT}</Hint>
    </div>
  </div>
)
