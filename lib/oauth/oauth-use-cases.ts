import type { Config } from '#lib/config/config.ts'
import type { Tally } from '#lib/errors/tally.ts'
import {
  answerIntrospection,
  answerSignedIntrospection,
  type IntrospectionPorts,
} from '#lib/oauth/answer-introspection.ts'
import { answerRevocation } from '#lib/oauth/answer-revocation.ts'
import { answerTokenRequest } from '#lib/oauth/answer-token-request.ts'
import type { BearerPorts } from '#lib/oauth/bearer-answer.ts'
import type { ProveKeyPorts } from '#lib/oauth/prove-key.ts'
import { keySet, serverMetadata } from '#lib/oauth/server-metadata.ts'

type Ports = BearerPorts &
  ProveKeyPorts &
  IntrospectionPorts & {
    readonly settings: Pick<Config, 'url'>
    /** Counts what the token endpoint gave out, by grant type. */
    readonly grants: Tally
  }

/** The use-cases of the authorization server, over their ports. */
export const oauthUseCases = (ports: Ports) => ({
  answerTokenRequest: answerTokenRequest(ports),
  answerIntrospection: answerIntrospection(ports),
  answerSignedIntrospection: answerSignedIntrospection(ports),
  answerRevocation: answerRevocation(ports),
  metadata: serverMetadata(ports),
  keys: keySet(ports),
})
