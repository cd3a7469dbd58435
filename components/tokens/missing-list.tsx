import { count } from '#components/format/count.ts'
import { Alert } from '#components/ui/alert.tsx'
import type { MissingReason } from '#lib/access/effective.ts'

/**
 * MissingList  what a token was granted and does not hold today, and why: missing: { key, label, reason }[], account,
 *              product, owner ("Your" or "Ada’s": whose role).
 */

export type MissingPermission = { readonly key: string; readonly label: string; readonly reason: MissingReason }

export type MissingListProps = {
  readonly missing: readonly MissingPermission[]
  readonly account: string
  readonly product: string
  readonly owner: string
}

const REASONS = ['owner', 'ceiling', 'withdrawn'] as const satisfies readonly MissingReason[]

const reasonWords = (reason: MissingReason, { account, product, owner }: MissingListProps): string =>
  ({
    owner: `${owner} role does not hold it any more. It comes back with the role.`,
    ceiling: `${account} may not use it at present.`,
    withdrawn: `${product} does not offer it any more.`,
  })[reason]

export const MissingList = (props: MissingListProps) => {
  const { missing } = props
  if (missing.length === 0) return null
  return (
    <Alert tone="warning" title={`${count(missing.length, 'granted permission')} without effect today`}>
      <dl className="grid gap-2">
        {REASONS.map((reason) => ({ reason, of: missing.filter((one) => one.reason === reason) }))
          .filter(({ of }) => of.length > 0)
          .map(({ reason, of }) => (
            <div key={reason}>
              <dt className="text-fg">
                {of.map(({ key, label }, index) => (
                  <span key={key}>
                    {index > 0 && ', '}
                    {label} {label !== key && <code className="font-mono text-xs text-muted">{key}</code>}
                  </span>
                ))}
              </dt>
              <dd>{reasonWords(reason, props)}</dd>
            </div>
          ))}
      </dl>
    </Alert>
  )
}
