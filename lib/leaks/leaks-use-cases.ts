import { parseInput } from '#lib/errors/parse-input.ts'
import { answerGithubReport, type GithubReportPorts } from '#lib/leaks/answer-github-report.ts'
import type { ReportCircumstances } from '#lib/leaks/leak-event.ts'
import { leakReport } from '#lib/leaks/leak-report.ts'
import { type LeakAnswer, reportLeak } from '#lib/leaks/report-leak.ts'

/** The use-cases of found credentials, over their ports. */
export const leaksUseCases = (ports: GithubReportPorts) => {
  const act = reportLeak(ports)
  return {
    /** What somebody found, in a request that is not checked yet; `request.invalid` with a sentence for each field. */
    report: (request: unknown, circumstances: Omit<ReportCircumstances, 'foundAt'>): Promise<LeakAnswer> => {
      const { credential, foundAt } = parseInput(leakReport, request)
      return act({ text: credential, foundAt, ...circumstances })
    },
    answerGithub: answerGithubReport(ports),
    /** What the environment does about found credentials. */
    reaction: async () => (await ports.environmentStore.settings()).leakReaction,
  }
}
