import type { CredentialSecret } from '#lib/tokens/mint-credential.ts'
import { ACCOUNT_TOKENS } from '#server/demo/account-tokens.ts'
import type { AccountSlug } from '#server/demo/demo-people.ts'
import { PERSONAL_TOKENS } from '#server/demo/personal-tokens.ts'
import type { Scene } from '#server/demo/play-people.ts'
import type { Stage } from '#server/demo/stage.ts'
import type { TokenStory, Turn } from '#server/demo/token-story.ts'

/** A story whose token has been issued. */
export type PlayedToken = { readonly story: TokenStory; readonly tenantId: string; readonly tokenId: string }

type Issued = { readonly tokenId: string; readonly secret: CredentialSecret }

const foundText = (secret: CredentialSecret): string => {
  if (secret.type === 'public_jwks') throw new Error('nothing of a client with its own key can be found')
  return secret.type === 'access_token' ? secret.accessToken : secret.clientSecret
}

const reportFound = (
  { portal }: Stage,
  { foundAt, address }: Extract<Turn, { turn: 'found' }>,
  secret: CredentialSecret,
) =>
  portal.leaks.report(
    { credential: foundText(secret), foundAt },
    { source: 'page', trace: { requestId: 'demo-found', address } },
  )

const take = async (turn: Turn, stage: Stage, account: AccountSlug, { tokenId, secret }: Issued): Promise<unknown> => {
  if (turn.turn === 'found') return reportFound(stage, turn, secret)
  const { tokens } = stage.portal
  const principal = await stage.as(turn.by, account)
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
  let issued: Issued | undefined
  const issue: Scene = {
    daysAgo,
    play: async (stage) => {
      // Nobody keeps the secret longer than the play: the demo's tokens are there to be looked at.
      const { token, secret } = await stage.portal.tokens.issue(await stage.as(by, account), request)
      issued = { tokenId: token.id, secret }
      played.push({ story, tenantId: token.tenantId, tokenId: token.id })
    },
  }
  const later = turns.map((turn) => ({
    daysAgo: turn.daysAgo,
    play: async (stage: Stage) => {
      if (!issued) throw new Error(`${request.name} has not been issued`)
      await take(turn, stage, account, issued)
    },
  }))
  return [issue, ...later]
}

/** The scenes of every token's life; `played` gets each token as it is issued. */
export const tokenScenes = (played: PlayedToken[]): readonly Scene[] =>
  [...PERSONAL_TOKENS, ...ACCOUNT_TOKENS].flatMap((story) => scenesOf(story, played))
