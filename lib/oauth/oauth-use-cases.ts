import type { Config } from '#lib/config/config.ts'
import { answerTokenRequest } from '#lib/oauth/answer-token-request.ts'
import type { BearerPorts } from '#lib/oauth/bearer-answer.ts'
import { keySet, serverMetadata } from '#lib/oauth/server-metadata.ts'

/** The use-cases of the authorization server, over their ports. */
export const oauthUseCases = (ports: BearerPorts & { readonly settings: Pick<Config, 'url'> }) => ({
  answerTokenRequest: answerTokenRequest(ports),
  metadata: serverMetadata(ports),
  keys: keySet(ports),
})
