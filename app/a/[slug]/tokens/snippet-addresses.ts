import 'server-only'
import { portal } from '#app/portal.ts'
import type { SnippetFacts } from '#components/tokens/snippets.ts'

/** The addresses that examples of this deployment call. */
export const snippetAddresses = (): Omit<SnippetFacts, 'clientId'> => {
  const { apiUrl, url } = portal().settings
  return { apiUrl, issuer: url, exchangeUrl: `${url}/oauth/token` }
}
