import type { OfferedActions } from '#components/tokens/offered-actions.ts'
import { PauseDialog } from '#components/tokens/pause-dialog.tsx'
import { tokenPaths } from '#components/tokens/token-paths.ts'
import { ButtonLink } from '#components/ui/button.tsx'
import type { FormAction } from '#lib/errors/form-state.ts'
import type { Token } from '#lib/tokens/token.ts'

/** TokenActions  what can be done with one token: slug, token, offered, pause (the action that pauses and resumes). */

export type TokenActionsProps = {
  readonly slug: string
  readonly token: Token
  readonly offered: OfferedActions['offered']
  readonly pause: FormAction<never>
}

export const TokenActions = ({ slug, token, offered, pause }: TokenActionsProps) => {
  const paths = tokenPaths(slug)
  if (offered.size === 0)
    return (
      <ButtonLink href={paths.like(token.id)} prefetch={false}>
        Make another like this
      </ButtonLink>
    )
  return (
    <>
      {offered.has('edit') && (
        <ButtonLink href={paths.token(token.id, 'edit')} prefetch={false}>
          Edit
        </ButtonLink>
      )}
      {offered.has('rotate') && (
        <ButtonLink href={paths.token(token.id, 'rotate')} prefetch={false}>
          Rotate
        </ButtonLink>
      )}
      {(offered.has('pause') || offered.has('resume')) && (
        <PauseDialog slug={slug} tokenId={token.id} name={token.name} isPaused={token.paused !== null} action={pause} />
      )}
      {offered.has('revoke') && (
        <ButtonLink href={paths.token(token.id, 'revoke')} prefetch={false} variant="danger-quiet">
          Revoke
        </ButtonLink>
      )}
    </>
  )
}
