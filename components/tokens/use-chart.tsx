import { count } from '#components/format/count.ts'
import { lastDays, totalUse } from '#components/tokens/use-days.ts'
import { Disclosure } from '#components/ui/disclosure.tsx'
import { Table, TableCell, TableRow } from '#components/ui/table.tsx'
import { dateOf } from '#lib/time/date-of.ts'
import type { DailyUse } from '#lib/tokens/token-store.ts'

/** UseChart  how often a token was accepted and refused on each of the last 30 days: use, now. Bars, words and a table. */

export type UseChartProps = { readonly use: readonly DailyUse[]; readonly now: number }

const WIDTH = 600
const HEIGHT = 96
const GAP = 4
const LEAST = 2

type BarsProps = { readonly days: readonly DailyUse[]; readonly most: number }

const Bars = ({ days, most }: BarsProps) => {
  const step = WIDTH / days.length
  const tall = (amount: number) => (amount === 0 ? 0 : Math.max(LEAST, (amount / most) * (HEIGHT - LEAST)))
  return (
    <svg aria-hidden="true" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" className="h-24 w-full">
      {days.map(({ day, accepted, refused }, index) => {
        const [good, bad] = [tall(accepted), tall(refused)]
        const x = index * step + GAP / 2
        const width = step - GAP
        return (
          <g key={day}>
            <title>{`${dateOf(day)}: ${accepted} accepted, ${refused} refused`}</title>
            {accepted + refused === 0 && (
              <rect {...{ x, width }} y={HEIGHT - 1} height={1} className="fill-line-strong" />
            )}
            <rect {...{ x, width }} y={HEIGHT - good} height={good} className="fill-accent forced:fill-[CanvasText]" />
            <rect {...{ x, width }} y={Math.max(0, HEIGHT - good - bad)} height={bad} className="fill-danger" />
          </g>
        )
      })}
    </svg>
  )
}

const Legend = ({ days }: { readonly days: readonly DailyUse[] }) => {
  const { accepted, refused } = totalUse(days)
  return (
    <ul className="flex flex-wrap gap-x-5 gap-y-1 text-sm">
      <li className="flex items-center gap-2">
        <span aria-hidden="true" className="size-2.5 rounded-xs bg-accent" />
        <span className="font-medium tabular-nums">{accepted.toLocaleString('en')}</span>
        <span className="text-muted">accepted</span>
      </li>
      <li className="flex items-center gap-2">
        <span aria-hidden="true" className="size-2.5 rounded-xs bg-danger" />
        <span className="font-medium tabular-nums">{refused.toLocaleString('en')}</span>
        <span className="text-muted">refused</span>
      </li>
    </ul>
  )
}

const DaysTable = ({ days }: { readonly days: readonly DailyUse[] }) => (
  <Table
    caption="Use by day"
    stacks={false}
    columns={[{ label: 'Day (UTC)' }, { label: 'Accepted', align: 'right' }, { label: 'Refused', align: 'right' }]}
  >
    {days.map(({ day, accepted, refused }) => (
      <TableRow key={day}>
        <TableCell label="Day (UTC)" lead>
          {dateOf(day)}
        </TableCell>
        <TableCell label="Accepted" align="right" className="tabular-nums">
          {accepted.toLocaleString('en')}
        </TableCell>
        <TableCell label="Refused" align="right" className="tabular-nums">
          {refused.toLocaleString('en')}
        </TableCell>
      </TableRow>
    ))}
  </Table>
)

export const UseChart = ({ use, now }: UseChartProps) => {
  const days = lastDays(use, now)
  const busy = days.filter(({ accepted, refused }) => accepted + refused > 0)
  if (busy.length === 0) return <p className="text-sm text-muted">Not used in the last 30 days.</p>
  const most = Math.max(...busy.map(({ accepted, refused }) => accepted + refused))
  return (
    <div className="grid gap-3">
      <Legend days={days} />
      <div>
        <p className="mb-px border-b border-dashed pb-1.5 text-right text-xs text-subtle tabular-nums">
          {`Most in a day: ${most.toLocaleString('en')}`}
        </p>
        <Bars days={days} most={most} />
        <p aria-hidden="true" className="mt-1.5 flex justify-between border-t pt-1.5 text-xs text-subtle">
          <span>{dateOf(days[0]?.day ?? now)}</span>
          <span>Today</span>
        </p>
      </div>
      <Disclosure summary="As a table" meta={`used on ${count(busy.length, 'day')}`}>
        <DaysTable days={busy.toReversed()} />
      </Disclosure>
    </div>
  )
}
