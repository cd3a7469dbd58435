import NextAuth from 'next-auth'
import { authOptions } from '#app/auth-options.ts'
import { knownBrowserLine } from '#app/browser.ts'

type Context = { readonly params: Promise<{ readonly nextauth: readonly string[] }> }

// What single sign-on needs of next-auth's routes. Its session, csrf, providers, sign-out and log routes stay closed:
// pages and actions of this portal do that work, and what is not there cannot be misused.
const OPEN: ReadonlySet<string> = new Set(['callback', 'signin', 'error'])

export const GET = async (request: Request, context: Context): Promise<Response> => {
  const { nextauth } = await context.params
  if (!OPEN.has(nextauth[0] ?? '')) return new Response(null, { status: 404 })
  let known: string | undefined
  const options = authOptions((value) => {
    known = value
  })
  const response: unknown = await NextAuth(options)(request, context)
  if (!(response instanceof Response)) return new Response(null, { status: 500 })
  if (known !== undefined) response.headers.append('Set-Cookie', knownBrowserLine(known))
  return response
}
