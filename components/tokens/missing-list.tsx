import { count } from '#components/format/count.ts'
import { type MissingNames, missingWords } from '#components/tokens/missing-words.ts'
import { Alert } from '#components/ui/alert.tsx'
import type { MissingReason } from '#lib/access/effective.ts'

/**
 * MissingList  what a token was granted and does not hold today, and why: missing: { key, label, reason }[], account,
 *              product, owner ("Your" or "Ada’s": whose role).
 */

export type MissingPermission = { readonly key: string; readonly label: string; readonly reason: MissingReason }

export type MissingListProps = MissingNames & { readonly missing: readonly MissingPermission[] }

const REASONS = ['owner', 'ceiling', 'withdrawn'] as const satisfies readonly MissingReason[]

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
              <dd>{missingWords(reason, props, of.length)}</dd>
            </div>
          ))}
      </dl>
    </Alert>
  )
}
