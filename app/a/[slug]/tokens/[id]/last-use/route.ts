import { currentPrincipal } from '#app/current-principal.ts'
import { portal } from '#app/portal.ts'
import { isPortalError } from '#lib/errors/portal-error.ts'

type Context = { readonly params: Promise<{ readonly slug: string; readonly id: string }> }

const nothing = () => Response.json({ code: 'resource.not_found' }, { status: 404 })

/** When a token was last used, for the page that waits for its first use: NumericDate or null. 404 for who may not see it. */
export const GET = async (_request: Request, { params }: Context): Promise<Response> => {
  const { slug, id } = await params
  const principal = await currentPrincipal(slug)
  if (!principal) return nothing()
  try {
    const { lastUse } = await portal().tokens.describe(principal, id)
    return Response.json({ lastUsedAt: lastUse?.at ?? null })
  } catch (thrown) {
    if (isPortalError(thrown) && thrown.code === 'resource.not_found') return nothing()
    throw thrown
  }
}
