'use server'

import { redirect } from 'next/navigation'
import { z } from 'zod'
import { action } from '#app/action.ts'
import { browser, keepSignedIn } from '#app/browser.ts'
import { portal } from '#app/portal.ts'

const schema = z.object({
  key: z.string(),
  name: z.string(),
  email: z.string(),
  password: z.string(),
  accountName: z.string(),
})

/** Sets the environment up with the one-time link's key, and leads to the first token. */
export const setUpAction = action(
  schema,
  async (typed, trace) => {
    const { known } = await browser()
    const { slug, ...signedIn } = await portal().signIn.setUp({ ...typed, known, trace })
    await keepSignedIn(signedIn)
    return redirect(`/a/${slug}/tokens`)
  },
  { secrets: ['key'] },
)
