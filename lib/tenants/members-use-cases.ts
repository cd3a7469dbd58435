import { type AddMemberPorts, addMember } from '#lib/tenants/add-member.ts'
import { changeMemberRoles } from '#lib/tenants/change-member-roles.ts'
import { listMembers } from '#lib/tenants/list-members.ts'
import { removeMember } from '#lib/tenants/remove-member.ts'
import { showMember } from '#lib/tenants/show-member.ts'

/** The use-cases of an account's members, over their ports. */
export const membersUseCases = (ports: AddMemberPorts) => ({
  listMembers: listMembers(ports),
  showMember: showMember(ports),
  addMember: addMember(ports),
  changeMemberRoles: changeMemberRoles(ports),
  removeMember: removeMember(ports),
})
