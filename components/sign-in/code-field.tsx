import { TextField } from '#components/ui/field.tsx'

/** CodeField  error?: the input for the six digits of a mail; may be pasted with its space. */

export const CodeField = ({ error }: { readonly error?: string | undefined }) => (
  <TextField
    name="code"
    label="Code from the mail"
    inputMode="numeric"
    autoComplete="one-time-code"
    required
    maxLength={20}
    placeholder="123 456"
    error={error}
  />
)
