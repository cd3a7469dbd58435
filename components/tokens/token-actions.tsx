import { PauseDialog } from '#components/tokens/pause-dialog.tsx'
import { tokenPaths } from '#components/tokens/token-paths.ts'
import { isLive } from '#components/tokens/token-words.ts'
import { ButtonLink } from '#components/ui/button.tsx'
import type { FormAction } from '#lib/errors/form-state.ts'
import type { TokenDescription } from '#lib/tokens/describe-token.ts'

/** TokenActions  what can be done with one token: slug, described, pause (the action that pauses and resumes). */

export type TokenActionsProps = {
  readonly slug: string
  readonly described: TokenDescription
  readonly pause: FormAction<never>
}

export const TokenActions = ({ slug, described: { token, state, touch }, pause }: TokenActionsProps) => {
  const paths = tokenPaths(slug)
  if (!touch.allowed || !isLive(state))
    return (
      <ButtonLink href={paths.like(token.id)} prefetch={false}>
        Make another like this
      </ButtonLink>
    )
  return (
    <>
      <ButtonLink href={paths.token(token.id, 'edit')} prefetch={false}>
        Edit
      </ButtonLink>
      <ButtonLink href={paths.token(token.id, 'rotate')} prefetch={false}>
        Rotate
      </ButtonLink>
      <PauseDialog slug={slug} tokenId={token.id} name={token.name} isPaused={token.paused !== null} action={pause} />
      <ButtonLink href={paths.token(token.id, 'revoke')} prefetch={false} variant="danger-quiet">
        Revoke
      </ButtonLink>
    </>
  )
}
