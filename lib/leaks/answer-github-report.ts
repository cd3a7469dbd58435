import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { RequestTrace } from '#lib/access/principal.ts'
import { LIMITS } from '#lib/config/limits.ts'
import { PortalError } from '#lib/errors/portal-error.ts'
import type { GithubKeyRing } from '#lib/leaks/github-key-ring.ts'
import { type GithubSignature, isSigned, signatureBytes } from '#lib/leaks/github-signature.ts'
import { type ReportLeakPorts, reportLeak } from '#lib/leaks/report-leak.ts'

/** What answering GitHub needs of the world. */
export type GithubReportPorts = ReportLeakPorts & {
  /** Undefined: this deployment takes no reports from GitHub. */
  readonly githubKeyRing: GithubKeyRing | undefined
}

/** A report as HTTP carries it. */
export type GithubReport = GithubSignature & { readonly body: Uint8Array; readonly trace: RequestTrace }

/** What GitHub is told of one match: the secret stays out of it, its SHA-256 names it. */
export type GithubFeedback = {
  readonly token_hash: string
  readonly token_type: string
  readonly label: 'true_positive' | 'false_positive'
}

const match = z.object({
  token: z.string().max(LIMITS.bodyBytes),
  type: z.string().max(200),
  // "The public URL where the match was found (may be empty)".
  url: z.string().nullish(),
})
type Match = z.output<typeof match>

const report = z.array(match).max(LIMITS.githubMatches)

const refused = (internal: string): PortalError => new PortalError('leak_report.signature', { internal })

// One answer for no signature, a malformed one, an unknown key and a wrong one.
const requireSigned = async (ring: GithubKeyRing, { body, keyId, signature: text }: GithubReport): Promise<void> => {
  const signature = signatureBytes(text)
  if (keyId === undefined || !signature) throw refused('no signature')
  const key = await ring.find(keyId)
  if (!key) throw refused('unknown key')
  if (!isSigned(body, key, signature)) throw refused('wrong signature')
}

const matchesIn = (body: Uint8Array): readonly Match[] => {
  let json: unknown
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch {
    throw new PortalError('request.malformed', { detail: 'The body is no JSON.' })
  }
  if (Array.isArray(json) && json.length > LIMITS.githubMatches)
    throw new PortalError('request.too_large', { detail: `Report at most ${LIMITS.githubMatches} matches at once.` })
  const parsed = report.safeParse(json)
  if (!parsed.success)
    throw new PortalError('request.malformed', { detail: 'The body is no list of { token, type, url }.' })
  return parsed.data
}

const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex')

/**
 * The receiving side of GitHub's secret scanning partner program: acts on each match of a signed report, and says which
 * were credentials of ours. A replayed report does nothing new. `resource.not_found` where it is not set up,
 * `leak_report.*`, `request.*`; `store.unavailable` when something could not be done, after which GitHub may ask again.
 */
export const answerGithubReport = (ports: GithubReportPorts) => {
  const act = reportLeak(ports)
  return async (given: GithubReport): Promise<readonly GithubFeedback[]> => {
    if (!ports.githubKeyRing) throw new PortalError('resource.not_found')
    await requireSigned(ports.githubKeyRing, given)
    const feedback: GithubFeedback[] = []
    for (const { token, type, url } of matchesIn(given.body)) {
      const found = { text: token, source: 'github', foundAt: url ?? undefined, trace: given.trace } as const
      const { recognised } = await act(found)
      const label = recognised > 0 ? 'true_positive' : 'false_positive'
      feedback.push({ token_hash: digestOf(token), token_type: type, label })
    }
    return feedback
  }
}
