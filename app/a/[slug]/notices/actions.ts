'use server'

import { revalidatePath } from 'next/cache'
import { redirect } from 'next/navigation'
import { z } from 'zod'
import { action } from '#app/action.ts'
import { requirePrincipal } from '#app/current-principal.ts'
import { portal } from '#app/portal.ts'
import { noticesPath } from '#components/notices/notice-paths.ts'

/** Takes the notices up to the newest that was shown as read, and leads to the list. */
export const markReadAction = action(z.object({ slug: z.string(), until: z.string() }), async ({ slug, until }) => {
  const path = noticesPath(slug)
  const principal = await requirePrincipal(slug, path)
  await portal().notices.markRead(principal, { until })
  revalidatePath(`/a/${encodeURIComponent(slug)}`, 'layout')
  return redirect(path)
})
