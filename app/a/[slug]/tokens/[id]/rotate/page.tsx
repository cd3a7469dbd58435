import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { rotateTokenAction } from '#app/a/[slug]/tokens/[id]/actions.ts'
import { changeableToken } from '#app/a/[slug]/tokens/[id]/changeable-token.ts'
import type { TokenParams } from '#app/a/[slug]/tokens/open-token.ts'
import { snippetAddresses } from '#app/a/[slug]/tokens/snippet-addresses.ts'
import { portal } from '#app/portal.ts'
import { hasOwnKeys } from '#components/tokens/client-words.ts'
import { expiryChoices } from '#components/tokens/expiry-choices.ts'
import { RotateToken } from '#components/tokens/rotate-token.tsx'
import { confirmPath, tokenPaths } from '#components/tokens/token-paths.ts'
import { isSignInFresh } from '#lib/access/fresh-sign-in.ts'

export const metadata: Metadata = { title: 'Rotate token' }

const RotateTokenPage = async ({ params }: { readonly params: TokenParams }) => {
  const { principal, described } = await changeableToken(await params, 'rotate')
  const { token } = described
  const { slug } = principal.tenant
  if (token.context === 'tenant' && !isSignInFresh(principal, portal().clock.now()))
    return redirect(confirmPath(tokenPaths(slug).token(token.id, 'rotate')))
  const now = portal().clock.now()
  const { policy } = await portal().tokens.options(principal)
  return (
    <RotateToken
      view={{
        slug,
        tokenId: token.id,
        name: token.name,
        context: token.context,
        type: token.type,
        expiresAt: token.expiresAt,
        expiry: expiryChoices(policy, principal.tenant.name, now),
        underway: described.rotation,
        now,
        replaces: described.credentials[0]?.id ?? '',
        idempotencyKey: crypto.randomUUID(),
        ownKeys: hasOwnKeys(described),
        snippets: snippetAddresses(),
      }}
      action={rotateTokenAction}
    />
  )
}

export default RotateTokenPage
