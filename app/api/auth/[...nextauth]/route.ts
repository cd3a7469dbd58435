import NextAuth from 'next-auth'
import { authOptions } from '#app/auth-options.ts'

type Context = { readonly params: Promise<{ readonly nextauth: readonly string[] }> }

// What single sign-on needs of next-auth's routes. Its session, csrf, providers, sign-out and log routes stay closed:
// pages and actions of this portal do that work, and what is not there cannot be misused.
const OPEN: ReadonlySet<string> = new Set(['callback', 'signin', 'error'])

export const GET = async (request: Request, context: Context): Promise<Response> => {
  const { nextauth } = await context.params
  if (!OPEN.has(nextauth[0] ?? '')) return new Response(null, { status: 404 })
  const response: unknown = await NextAuth(authOptions())(request, context)
  return response instanceof Response ? response : new Response(null, { status: 500 })
}
