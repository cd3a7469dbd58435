'use client'

import { ChevronRight, Search } from 'lucide-react'
import { useRef, useState } from 'react'
import { count } from '#components/format/count.ts'
import { isReading, matchesSearch, type PermissionCategory } from '#components/tokens/permission-groups.ts'
import { ACCOUNT_ONLY, PermissionRow } from '#components/tokens/permission-row.tsx'
import { Button } from '#components/ui/button.tsx'
import { cn } from '#components/ui/class-names.ts'
import { FieldError, fieldIds, Hint } from '#components/ui/field.tsx'
import { Input } from '#components/ui/input.tsx'

/**
 * PermissionPicker  checkboxes for 20 or 200 permissions: groups, initial (checked at first), chosen (checked now, for
 *                   the counts), onPick (after a shortcut has set checkboxes), notHeld (how many are left out),
 *                   accountOnly (keys that only the account's tokens may hold), error?.
 * Search and shortcuts need scripts and are hidden without them; the shortcuts change what the search shows.
 */

export type PermissionPickerProps = {
  readonly groups: readonly PermissionCategory[]
  readonly initial: ReadonlySet<string>
  readonly chosen: ReadonlySet<string>
  readonly onPick: () => void
  readonly notHeld: number
  readonly accountOnly?: readonly string[]
  readonly error?: string | undefined
}

const OPEN_BELOW = 30

const searched = (groups: readonly PermissionCategory[], search: string): ReadonlySet<string> =>
  new Set(
    groups
      .flatMap(({ resources }) => resources.flatMap(({ actions }) => actions))
      .filter((action) => matchesSearch(action, search))
      .map(({ key }) => key),
  )

type ToolbarProps = {
  readonly search: string
  readonly onSearch: (search: string) => void
  readonly onChoose: (wants: (key: string) => boolean) => void
}

const Toolbar = ({ search, onSearch, onChoose }: ToolbarProps) => (
  <div className="flex flex-wrap items-center gap-2 border-b bg-sunken p-2 noscript:hidden">
    <div className="relative min-w-40 flex-1 basis-full sm:basis-0">
      <Search aria-hidden="true" className="absolute top-1/2 left-2.5 size-4 -translate-y-1/2 text-subtle" />
      <Input
        type="search"
        aria-label="Search permissions"
        placeholder="Search permissions"
        autoComplete="off"
        className="h-8 pl-8"
        value={search}
        onChange={(event) => onSearch(event.target.value)}
        onKeyDown={(event) => {
          // Enter would send the form.
          if (event.key === 'Enter') event.preventDefault()
        }}
      />
    </div>
    <Button size="sm" onClick={() => onChoose(isReading)}>
      Read only
    </Button>
    <Button size="sm" onClick={() => onChoose(() => true)}>
      All
    </Button>
    <Button size="sm" onClick={() => onChoose(() => false)}>
      None
    </Button>
  </div>
)

type CategoryProps = Pick<PermissionPickerProps, 'initial' | 'chosen'> & {
  readonly group: PermissionCategory
  readonly shown: ReadonlySet<string>
  readonly isOpen: boolean
  readonly isAccountOnly: (key: string) => boolean
}

const Category = ({ group, initial, chosen, shown, isOpen, isAccountOnly }: CategoryProps) => {
  const picked = group.keys.filter((key) => chosen.has(key)).length
  return (
    <details
      open={isOpen}
      hidden={!group.keys.some((key) => shown.has(key))}
      className={cn('group/category not-first:border-t', group.keys.every(isAccountOnly) && ACCOUNT_ONLY)}
    >
      <summary className="flex items-center gap-2 px-3.5 py-2 text-sm font-medium tap hover:bg-hover focus-visible:-outline-offset-2">
        <ChevronRight
          aria-hidden="true"
          className="size-4 shrink-0 text-subtle transition-transform group-open/category:rotate-90"
        />
        <span className="min-w-0 flex-1">{group.category}</span>
        <span className={cn('text-xs font-normal tabular-nums', picked > 0 ? 'text-fg' : 'text-muted')}>
          {picked} of {group.keys.length}
        </span>
      </summary>
      <ul className="pb-2">
        {group.resources.map((row) => (
          <PermissionRow key={row.resource} row={row} chosen={initial} shown={shown} isAccountOnly={isAccountOnly} />
        ))}
      </ul>
    </details>
  )
}

export const PermissionPicker = ({
  groups,
  initial,
  chosen,
  onPick,
  notHeld,
  accountOnly = [],
  error,
}: PermissionPickerProps) => {
  const [search, setSearch] = useState('')
  const box = useRef<HTMLDivElement>(null)
  const shown = searched(groups, search)
  const total = groups.reduce((sum, { keys }) => sum + keys.length, 0)
  const choose = (wants: (key: string) => boolean) => {
    for (const input of box.current?.querySelectorAll<HTMLInputElement>('input[name=permissions]') ?? [])
      if (shown.has(input.value)) input.checked = wants(input.value)
    onPick()
  }
  const ids = fieldIds('permissions')
  return (
    <fieldset
      id="permissions"
      tabIndex={-1}
      aria-describedby={error && ids.error}
      className="grid min-w-0 scroll-mt-6 gap-2"
    >
      <legend className="sr-only">Permissions</legend>
      <div
        ref={box}
        className={cn('overflow-hidden rounded-lg border border-line-strong bg-surface', error && 'border-danger')}
      >
        <Toolbar search={search} onSearch={setSearch} onChoose={choose} />
        {groups.map((group) => (
          <Category
            key={group.category}
            {...{ group, initial, chosen, shown }}
            isOpen={search !== '' || total < OPEN_BELOW || group.keys.some((key) => initial.has(key))}
            isAccountOnly={(key) => accountOnly.includes(key)}
          />
        ))}
        {shown.size === 0 && <p className="px-4 py-6 text-center text-sm text-muted">No permission matches.</p>}
      </div>
      {error && <FieldError id={ids.error}>{error}</FieldError>}
      {notHeld > 0 && <Hint>{count(notHeld, 'more permission')} that your role does not hold.</Hint>}
    </fieldset>
  )
}
