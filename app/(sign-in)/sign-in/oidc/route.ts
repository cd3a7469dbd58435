import { cookies } from 'next/headers'
import { NextRequest } from 'next/server'
import NextAuth from 'next-auth'
import { authOptions } from '#app/auth-options.ts'
import { OIDC_PROVIDER } from '#app/oidc-provider.ts'
import { portal } from '#app/portal.ts'
import { FRESH_SIGN_IN_SECONDS } from '#lib/access/fresh-sign-in.ts'
import { localPath } from '#lib/sign-in/local-path.ts'

const callNextAuth = async (request: NextRequest, ...nextauth: readonly string[]): Promise<Response> => {
  const response: unknown = await NextAuth(authOptions())(request, { params: Promise.resolve({ nextauth }) })
  if (response instanceof Response) return response
  throw new Error('next-auth gave no response')
}

// next-auth starts a sign-in only by a POST with the token of its CSRF cookie, which no page can set: this route asks it
// for both and then does what its own page would do.
const csrfToken = async (base: string): Promise<string> => {
  const response = await callNextAuth(new NextRequest(`${base}/csrf`), 'csrf')
  const jar = await cookies()
  for (const line of response.headers.getSetCookie()) {
    const [, name, value] = /^([^=]+)=([^;]*)/.exec(line) ?? []
    if (name?.endsWith('csrf-token')) {
      const options = { httpOnly: true, sameSite: 'lax', path: '/', secure: portal().signIn.cookies.secure } as const
      jar.set(name, decodeURIComponent(value ?? ''), options)
    }
  }
  const body: unknown = await response.json()
  return typeof body === 'object' && body !== null && 'csrfToken' in body ? String(body.csrfToken) : ''
}

/**
 * Leads to the OpenID provider; `?next=` is where to go afterwards, `?again=1` has it ask for the password anew, and say when
 * (asked for `max_age`, it has to: OpenID Connect Core §2).
 */
export const GET = async (request: NextRequest): Promise<Response> => {
  const { settings } = portal()
  const { searchParams } = request.nextUrl
  const elsewhere = request.headers.get('sec-fetch-site') === 'cross-site'
  if (!settings.oidc || elsewhere) return Response.redirect(`${settings.url}/sign-in`, 303)
  const base = `${settings.url}/api/auth`
  const body = new URLSearchParams({
    csrfToken: await csrfToken(base),
    callbackUrl: `${settings.url}${localPath(searchParams.get('next')) ?? '/'}`,
  })
  const again = searchParams.get('again') === '1' ? `?prompt=login&max_age=${FRESH_SIGN_IN_SECONDS}` : ''
  const start = new NextRequest(`${base}/signin/${OIDC_PROVIDER}${again}`, { method: 'POST', body })
  return callNextAuth(start, 'signin', OIDC_PROVIDER)
}
