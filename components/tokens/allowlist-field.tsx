import { TextareaField } from '#components/ui/field.tsx'

/** AllowlistField  addresses and ranges from which the token may be used, one a line: initial, error?. */

export type AllowlistFieldProps = { readonly initial: string; readonly error?: string | undefined }

export const AllowlistField = ({ initial, error }: AllowlistFieldProps) => (
  <TextareaField
    name="ipAllowlist"
    label="IP allowlist"
    optional
    hint="Addresses or CIDR ranges, IPv4 or IPv6, one a line. Empty: from anywhere."
    defaultValue={initial}
    error={error}
    rows={3}
    spellCheck={false}
    autoComplete="off"
    placeholder={'203.0.113.7\n2001:db8::/32'}
  />
)
