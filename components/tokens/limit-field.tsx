import { TextField } from '#components/ui/field.tsx'
import { LIMITS } from '#lib/config/limits.ts'

/** LimitField  how many requests a minute the token may send: initial, error?. */

export type LimitFieldProps = { readonly initial: string; readonly error?: string | undefined }

export const LimitField = ({ initial, error }: LimitFieldProps) => (
  <TextField
    name="requestsPerMinute"
    label="Requests per minute"
    optional
    hint="At most so many; more are refused with 429. Empty: no limit of its own."
    defaultValue={initial}
    error={error}
    inputMode="numeric"
    autoComplete="off"
    maxLength={String(LIMITS.requestsPerMinute).length}
    className="sm:max-w-md"
  />
)
