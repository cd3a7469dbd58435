import { type Column, type Placeholder, type SQL, sql } from 'drizzle-orm'
import type { Schema } from '#db/schema.ts'

/** One thing that a token was granted. */
export type Granted = Pick<Schema['tokenGrants']['$inferSelect'], 'kind' | 'key'>

/** The grants of a token as one text, so that they come with its row; `readGrants` reads it. */
export const grantText = (
  { tokenGrants: grants }: Schema,
  tenantId: Column | Placeholder,
  tokenId: Column | Placeholder,
): SQL<string | null> =>
  // Both engines know the function by this name.
  sql<string | null>`(select string_agg(${grants.kind} || ' ' || ${grants.key}, ',') from ${grants}
    where ${grants.tenantId} = ${tenantId} and ${grants.tokenId} = ${tokenId})`

/** The rows of such a text, whose columns are parted by spaces: neither stands in a key or an id of ours. */
export const readRows = (text: string | null): readonly (readonly string[])[] =>
  text === null ? [] : text.split(',').map((row) => row.split(' '))

/** The grants in such a text, by key. */
export const readGrants = (text: string | null): readonly Granted[] =>
  readRows(text)
    .map(([kind, key = '']) => ({ kind: kind as Granted['kind'], key }))
    .toSorted((one, other) => (one.key < other.key ? -1 : 1))
