import type { ComponentProps, ReactNode } from 'react'
import { cn } from '#components/ui/class-names.ts'

/**
 * Table      dense list: caption (said to screen readers), columns: { label, align?, hidden?, className? }[], stacks?,
 *            children = TableRows. In a container narrower than 42 rem each row becomes a block: the `lead` cell is its
 *            title, the other cells show their `label` before the value. With stacks={false} it stays a table, for few
 *            narrow columns.
 * TableRow   any tr prop.
 * TableCell  label (the column's name; shown when stacked), lead? (the row's title), align?: 'right',
 *            stacked?: 'end' puts actions in the block's upper right corner.
 *            What all rows and cells have in common stands in globals.css, under `rows`.
 * Roles are written out, because browsers drop a table's meaning when its display changes.
 */

export type TableColumn = {
  readonly label: string
  readonly align?: 'right'
  /** The heading is there for screen readers only (a column of actions). */
  readonly hidden?: boolean
  readonly className?: string
}

export type TableProps = {
  readonly caption: string
  readonly columns: readonly TableColumn[]
  readonly stacks?: boolean
  readonly className?: string
  readonly children: ReactNode
}

const ColumnHeading = ({ column }: { readonly column: TableColumn }) => (
  <th
    scope="col"
    role="columnheader"
    className={cn(
      'h-9 px-3 text-left text-xs font-medium whitespace-nowrap text-muted first:pl-5 last:pr-5',
      column.align === 'right' && 'text-right',
      column.className,
    )}
  >
    {column.hidden ? <span className="sr-only">{column.label}</span> : column.label}
  </th>
)

export const Table = ({ caption, columns, stacks = true, className, children }: TableProps) => (
  <div className={cn(stacks ? '@container' : 'flat', className)}>
    <table role="table" className={cn('w-full text-sm', stacks && 'block @2xl:table')}>
      <caption className="sr-only">{caption}</caption>
      <thead role="rowgroup" className={cn(stacks && 'sr-only @2xl:not-sr-only @2xl:table-header-group')}>
        <tr role="row" className={cn('bg-sunken', stacks ? '@2xl:border-b' : 'border-b')}>
          {columns.map((column) => (
            <ColumnHeading key={column.label} column={column} />
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup" className={cn('rows divide-y', stacks && 'block @2xl:table-row-group')}>
        {children}
      </tbody>
    </table>
  </div>
)

export const TableRow = (props: ComponentProps<'tr'>) => <tr role="row" {...props} />

export type TableCellProps = Omit<ComponentProps<'td'>, 'align'> & {
  readonly label: string
  readonly lead?: boolean
  readonly align?: 'right'
  readonly stacked?: 'end'
}

const cellStyle = (
  lead: TableCellProps['lead'],
  align: TableCellProps['align'],
  stacked: TableCellProps['stacked'],
  className: TableCellProps['className'],
): string | undefined =>
  // Most cells have nothing of the kind, and a page has hundreds.
  (align || lead || stacked || className) &&
  cn(
    align === 'right' && 'in-[.flat]:text-right @2xl:text-right',
    lead && 'pr-24 font-medium text-fg in-[.flat]:pr-3 @2xl:pr-3',
    stacked === 'end' && 'absolute top-3 right-4 @2xl:static @2xl:text-right',
    className,
  )

export const TableCell = ({ label, lead, align, stacked, className, ...rest }: TableCellProps) => (
  <td
    role="cell"
    data-label={lead || stacked ? undefined : label}
    className={cellStyle(lead, align, stacked, className)}
    {...rest}
  />
)
