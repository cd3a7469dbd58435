import { cancelRotation } from '#lib/tokens/cancel-rotation.ts'
import type { ChangeRotationPorts } from '#lib/tokens/change-rotation.ts'
import { describeToken } from '#lib/tokens/describe-token.ts'
import { editToken } from '#lib/tokens/edit-token.ts'
import { extendRotation } from '#lib/tokens/extend-rotation.ts'
import { finishRotation } from '#lib/tokens/finish-rotation.ts'
import { type IssueTokenPorts, issueToken } from '#lib/tokens/issue-token.ts'
import { listTokens, listTokensWithOptions } from '#lib/tokens/list-tokens.ts'
import { pauseToken, resumeToken } from '#lib/tokens/pause-token.ts'
import { revokeToken } from '#lib/tokens/revoke-token.ts'
import { rotateToken } from '#lib/tokens/rotate-token.ts'
import { tokenOptions } from '#lib/tokens/token-options.ts'

/** What the use-cases of tokens need of the world. */
export type TokensPorts = IssueTokenPorts & ChangeRotationPorts

/** The use-cases of tokens, over their ports. */
export const tokensUseCases = (ports: TokensPorts) => ({
  issue: issueToken(ports),
  list: listTokens(ports),
  listWithOptions: listTokensWithOptions(ports),
  describe: describeToken(ports),
  options: tokenOptions(ports),
  edit: editToken(ports),
  pause: pauseToken(ports),
  resume: resumeToken(ports),
  rotate: rotateToken(ports),
  finishRotation: finishRotation(ports),
  extendRotation: extendRotation(ports),
  cancelRotation: cancelRotation(ports),
  revoke: revokeToken(ports),
})
