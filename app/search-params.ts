import 'server-only'

/** What Next gives pages for the query of their URL. */
export type SearchParams = Promise<Readonly<Record<string, string | readonly string[] | undefined>>>

/** One value of the query; undefined when it is absent or repeated. */
export const searchParam = async (params: SearchParams, name: string): Promise<string | undefined> => {
  const value = (await params)[name]
  return typeof value === 'string' ? value : undefined
}
