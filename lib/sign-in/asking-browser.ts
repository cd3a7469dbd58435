import { z } from 'zod'
import type { SecretRing } from '#lib/keys/secret-ring.ts'

const schema = z.object({
  /** Random text that binds the mailed challenge to this browser. */
  browser: z.string(),
  email: z.string(),
  purpose: z.enum(['sign-in', 'password']),
  next: z.string().optional(),
})

/** What a browser that asked for a mail remembers meanwhile, in a cookie that it can neither read nor change. */
export type AskingBrowser = z.output<typeof schema>

const CONTEXT = 'a browser that asked for a mail'

/** Seals what the browser remembers into its cookie's value. */
export const sealAskingBrowser = (ring: SecretRing, asking: AskingBrowser): string => {
  const { sealed, secretId } = ring.seal('mail-browser', CONTEXT, JSON.stringify(asking))
  return `${secretId}.${sealed}`
}

/** What a cookie's value remembers; undefined when it is absent, changed, or of another deployment. */
export const openAskingBrowser = (ring: SecretRing, cookie: string | undefined): AskingBrowser | undefined => {
  const [secretId = '', sealed = ''] = (cookie ?? '').split('.')
  try {
    return schema.parse(JSON.parse(ring.open('mail-browser', CONTEXT, { sealed, secretId })))
  } catch {
    return undefined
  }
}
