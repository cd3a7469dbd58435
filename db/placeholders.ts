import { type Placeholder, sql } from 'drizzle-orm'

/** Placeholders for values that come later, each under its own name. */
export const placeholders = <Name extends string>(...names: readonly Name[]): Record<Name, Placeholder<Name>> =>
  Object.fromEntries(names.map((name) => [name, sql.placeholder(name)])) as Record<Name, Placeholder<Name>>
