import { isLive } from '#components/tokens/token-words.ts'
import type { TokenDescription } from '#lib/tokens/describe-token.ts'

/** What a page can do with a token. */
export type TokenAction = 'edit' | 'rotate' | 'pause' | 'resume' | 'revoke' | 'finish' | 'extend' | 'cancel'

/** What is offered, and a sentence for each usual thing that is not. The use-cases decide again. */
export type OfferedActions = { readonly offered: ReadonlySet<TokenAction>; readonly reasons: readonly string[] }

type Viewer = { readonly userId: string; readonly level: number }

const ROTATE_OTHERS = 'Only its owner can rotate it: the new secret would let you act in their name.'
const RESUME_STRONGER = 'It was paused by someone with a stronger role than yours: only such a one can resume it.'

const stepsOf = (rotation: TokenDescription['rotation']): readonly TokenAction[] => {
  if (!rotation) return []
  return rotation.formerEndsAt < rotation.extendableUntil ? ['finish', 'extend', 'cancel'] : ['finish', 'cancel']
}

/** The actions that a token's page offers to one person. Pure. */
export const offeredActions = ({ token, state, touch, rotation }: TokenDescription, viewer: Viewer): OfferedActions => {
  if (!touch.allowed || !isLive(state)) return { offered: new Set(), reasons: [] }
  const canRotate = token.context === 'tenant' || token.ownerUserId === viewer.userId
  const canResume = token.paused !== null && viewer.level <= token.paused.level
  const wake: readonly TokenAction[] = token.paused === null ? ['pause'] : canResume ? ['resume'] : []
  return {
    offered: new Set<TokenAction>([
      'edit',
      'revoke',
      ...(canRotate ? (['rotate'] as const) : []),
      ...wake,
      ...stepsOf(rotation),
    ]),
    reasons: [...(canRotate ? [] : [ROTATE_OTHERS]), ...(wake.length > 0 ? [] : [RESUME_STRONGER])],
  }
}
