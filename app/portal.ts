import 'server-only'
import type { Portal } from '#lib/portal.ts'

const PORTAL = Symbol.for('latchkey.portal')

/** The one portal of this process; `server/serve.ts` puts it there before Next begins. */
export const portal = (): Portal => {
  const shared = (globalThis as { [PORTAL]?: Portal })[PORTAL]
  if (!shared) throw new Error('no portal: start the server with `npm start` or `npm run dev`')
  return shared
}
