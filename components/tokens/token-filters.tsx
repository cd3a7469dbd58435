'use client'

import { Search } from 'lucide-react'
import Form from 'next/form'
import { type ComponentProps, useEffect, useRef } from 'react'
import type { ListView } from '#components/tokens/list-view.ts'
import { TYPE_WORDS } from '#components/tokens/token-words.ts'
import { Input } from '#components/ui/input.tsx'
import { Select } from '#components/ui/select.tsx'
import { SubmitButton } from '#components/ui/submit-button.tsx'

/**
 * TokenFilters  search and type of a list: path, view (what is shown now), hasOwners (a choice of whose, for those who
 *               see everyone's). A GET form, sent with every choice; the button is for the search, and without scripts
 *               for all of it.
 */

export type TokenFiltersProps = {
  readonly path: string
  readonly view: ListView
  readonly hasOwners: boolean
}

const Choice = ({ shown, ...rest }: ComponentProps<'select'> & { readonly shown: string }) => {
  const own = useRef<HTMLSelectElement>(null)
  // Another address shows another choice. A key would do that too, and take the focus from the one who just chose.
  useEffect(() => {
    if (own.current) own.current.value = shown
  }, [shown])
  return (
    <Select
      ref={own}
      defaultValue={shown}
      onChange={({ currentTarget }) => currentTarget.form?.requestSubmit()}
      className="w-auto min-w-0 flex-1 sm:flex-none"
      {...rest}
    />
  )
}

export const TokenFilters = ({ path, view, hasOwners }: TokenFiltersProps) => (
  <Form action={path} role="search" className="flex min-w-0 flex-wrap gap-2">
    {view.state !== 'live' && <input type="hidden" name="state" value={view.state} />}
    <span className="relative min-w-40 flex-1 basis-full sm:basis-0">
      <Search aria-hidden="true" className="absolute top-1/2 left-2.5 size-4 -translate-y-1/2 text-subtle" />
      <Input
        key={view.search}
        type="search"
        name="q"
        aria-label="Search by name or description"
        placeholder="Search name or description"
        defaultValue={view.search}
        maxLength={100}
        className="pl-8"
      />
    </span>
    <Choice name="type" aria-label="Type" shown={view.type}>
      <option value="">All types</option>
      <option value="access_token">{TYPE_WORDS.access_token.label}</option>
      <option value="client_credentials">{TYPE_WORDS.client_credentials.label}</option>
    </Choice>
    {hasOwners && (
      <Choice name="owner" aria-label="Owner" shown={view.owner}>
        <option value="">Mine</option>
        <option value="everyone">Everyone’s</option>
      </Choice>
    )}
    <SubmitButton variant="secondary">Search</SubmitButton>
  </Form>
)
