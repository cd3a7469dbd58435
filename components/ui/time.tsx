import { exactTime, isoTime, relativeTime } from '#components/format/moment.ts'
import { dateOf } from '#lib/time/date-of.ts'

/**
 * Time  at, now (NumericDates: seconds; `now` from the portal's clock), format? relative (default) | date | exact.
 *       <time> whose title and dateTime hold the exact moment in UTC. `never` shows what stands for no moment:
 *       <Time at={undefined} now={now} never="Never" />.
 */

export type TimeProps = {
  readonly at: number | null | undefined
  readonly now: number
  readonly format?: 'relative' | 'date' | 'exact'
  readonly never?: string
  readonly className?: string
}

export const Time = ({ at, now, format = 'relative', never = '—', className }: TimeProps) => {
  if (at === null || at === undefined)
    return className === undefined ? never : <span className={className}>{never}</span>
  const iso = isoTime(at)
  const exact = exactTime(at, iso)
  const text = format === 'exact' ? exact : format === 'date' ? dateOf(at) : relativeTime(at, now)
  return (
    <time dateTime={iso} title={exact} className={className}>
      {text}
    </time>
  )
}
