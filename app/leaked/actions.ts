'use server'

import { action } from '#app/action.ts'
import { portal } from '#app/portal.ts'
import { leakReport } from '#lib/leaks/leak-report.ts'

/** Acts on what a stranger found. Nothing of what they typed comes back: a credential may stand in either field. */
export const reportAction = action(
  leakReport,
  (input, { requestId, address }) => portal().leaks.report(input, { source: 'page', trace: { requestId, address } }),
  { secrets: ['credential', 'foundAt'] },
)
