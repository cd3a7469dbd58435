'use server'

import { revalidatePath } from 'next/cache'
import { z } from 'zod'
import { action } from '#app/action.ts'
import { requirePrincipal } from '#app/current-principal.ts'
import { portal } from '#app/portal.ts'
import { notificationsPath } from '#components/notices/notice-paths.ts'

/** Sets or takes away the account's team address. */
export const changeTeamEmailAction = action(
  z.object({ slug: z.string(), teamEmail: z.string() }),
  async ({ slug, teamEmail }) => {
    const path = notificationsPath(slug)
    const principal = await requirePrincipal(slug, path)
    const changed = await portal().notices.changeTeamEmail(principal, { teamEmail })
    revalidatePath(path)
    return changed
  },
)
