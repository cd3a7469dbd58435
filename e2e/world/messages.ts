import type { PortalVerbs } from '#e2e/world/portal-verbs.ts'

/** Everything a test may ask of the process that serves its portal. */
export type Verbs = PortalVerbs & {
  setAhead(seconds: number): Promise<void>
  stop(): Promise<void>
}

/** One question to the process. */
export type Question = { readonly id: number; readonly verb: keyof Verbs; readonly given: readonly unknown[] }

/** Its answer, or why there is none; the first message of all says where the portal is. */
export type Answer =
  | { readonly id: number; readonly answer: unknown }
  | { readonly id: number; readonly failure: string }
  | { readonly ready: { readonly url: string } }
