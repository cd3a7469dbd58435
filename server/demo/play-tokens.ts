import type { Principal } from '#lib/access/principal.ts'
import type { Portal } from '#lib/portal.ts'
import { ACCOUNT_TOKENS } from '#server/demo/account-tokens.ts'
import { PERSONAL_TOKENS } from '#server/demo/personal-tokens.ts'
import type { Scene } from '#server/demo/play-people.ts'
import type { TokenStory, Turn } from '#server/demo/token-story.ts'

/** A story whose token has been issued. */
export type PlayedToken = { readonly story: TokenStory; readonly tenantId: string; readonly tokenId: string }

const take = (turn: Turn, { tokens }: Portal, principal: Principal, tokenId: string): Promise<unknown> => {
  switch (turn.turn) {
    case 'pause':
      return tokens.pause(principal, tokenId, turn.reason)
    case 'rotate':
      return tokens.rotate(principal, tokenId, { overlapSeconds: turn.overlapSeconds })
    case 'edit':
      return tokens.edit(principal, tokenId, turn.change)
    case 'resume':
    case 'revoke':
      return tokens[turn.turn](principal, tokenId)
  }
}

const scenesOf = (story: TokenStory, played: PlayedToken[]): readonly Scene[] => {
  const { account, by, daysAgo, request, turns = [] } = story
  let tokenId = ''
  const issue: Scene = {
    daysAgo,
    play: async (stage) => {
      // The secret in this answer is kept by nobody: the demo's tokens are there to be looked at.
      const { token } = await stage.portal.tokens.issue(await stage.as(by, account), request)
      tokenId = token.id
      played.push({ story, tenantId: token.tenantId, tokenId })
    },
  }
  const later = turns.map((turn) => ({
    daysAgo: turn.daysAgo,
    play: async (stage: Parameters<Scene['play']>[0]) => {
      await take(turn, stage.portal, await stage.as(turn.by, account), tokenId)
    },
  }))
  return [issue, ...later]
}

/** The scenes of every token's life; `played` gets each token as it is issued. */
export const tokenScenes = (played: PlayedToken[]): readonly Scene[] =>
  [...PERSONAL_TOKENS, ...ACCOUNT_TOKENS].flatMap((story) => scenesOf(story, played))
