import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import { rotationStepAction } from '#app/a/[slug]/tokens/[id]/actions.ts'
import { changeableToken } from '#app/a/[slug]/tokens/[id]/changeable-token.ts'
import { portal } from '#app/portal.ts'
import { PageHeader } from '#components/shell/page-header.tsx'
import { RotationForm } from '#components/tokens/rotation-form.tsx'
import { CredentialSeen } from '#components/tokens/rotation-panel.tsx'
import { extensionChoices, isRotationStep, stepWords } from '#components/tokens/rotation-words.ts'
import { confirmPath, tokenPaths } from '#components/tokens/token-paths.ts'
import { isSignInFresh } from '#lib/access/fresh-sign-in.ts'

export const metadata: Metadata = { title: 'Rotation' }

type Params = Promise<{ readonly slug: string; readonly id: string; readonly step: string }>

const RotationStepPage = async ({ params }: { readonly params: Params }) => {
  const { step, ...named } = await params
  if (!isRotationStep(step)) return notFound()
  const { principal, described } = await changeableToken(named, `rotation/${step}`)
  const { token, rotation } = described
  const { slug } = principal.tenant
  const paths = tokenPaths(slug)
  const now = portal().clock.now()
  if (!rotation) return redirect(paths.token(token.id))
  if (step === 'extend' && token.context === 'tenant' && !isSignInFresh(principal, now))
    return redirect(confirmPath(paths.token(token.id, `rotation/${step}`)))
  const words = stepWords(step, token.name, rotation, now)
  return (
    <div className="mx-auto grid w-full max-w-2xl grid-cols-1 gap-6">
      <PageHeader
        title={words.question}
        crumbs={[
          { href: paths.list(token.context), label: 'Tokens' },
          { href: paths.token(token.id), label: token.name },
        ]}
      />
      <div className="grid gap-3 sm:grid-cols-2">
        <CredentialSeen credential={rotation.current} rotation={rotation} now={now} />
        <CredentialSeen credential={rotation.former} rotation={rotation} now={now} />
      </div>
      <RotationForm
        slug={slug}
        tokenId={token.id}
        rotationId={rotation.id}
        step={step}
        words={words}
        choices={extensionChoices(rotation)}
        now={now}
        action={rotationStepAction}
      />
    </div>
  )
}

export default RotationStepPage
