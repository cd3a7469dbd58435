'use server'

import { revalidatePath } from 'next/cache'
import { redirect } from 'next/navigation'
import { z } from 'zod'
import { action } from '#app/action.ts'
import { requirePrincipal } from '#app/current-principal.ts'
import { many } from '#app/form-input.ts'
import { portal } from '#app/portal.ts'
import { memberPaths } from '#components/members/member-paths.ts'

const slug = z.string()
const userId = z.string()
const roleKeys = many(z.string())

/** Adds a member; the form's place shows who was added and whether they were told. */
export const addMemberAction = action(z.object({ slug, email: z.string(), roleKeys }), async (input) => {
  const { list, fresh } = memberPaths(input.slug)
  const principal = await requirePrincipal(input.slug, fresh)
  const added = await portal().members.addMember(principal, input)
  revalidatePath(list)
  return added
})

/** Gives a member other roles. */
export const changeRolesAction = action(z.object({ slug, userId, roleKeys }), async (input) => {
  const { list, member } = memberPaths(input.slug)
  const principal = await requirePrincipal(input.slug, member(input.userId))
  await portal().members.changeMemberRoles(principal, input)
  revalidatePath(list, 'layout')
  return { roleKeys: input.roleKeys as readonly string[] }
})

/** Removes a member and leads back to the list; who removed themselves is led to where they still belong. */
export const removeMemberAction = action(z.object({ slug, userId }), async (input) => {
  const { list, member } = memberPaths(input.slug)
  const principal = await requirePrincipal(input.slug, member(input.userId))
  await portal().members.removeMember(principal, input)
  revalidatePath('/', 'layout')
  return redirect(input.userId === principal.userId ? '/' : `${list}?done=removed`)
})
