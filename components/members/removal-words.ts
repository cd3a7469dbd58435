import { count } from '#components/format/count.ts'
import type { MemberView } from '#components/members/member-view.ts'

type Removal = {
  readonly member: Pick<MemberView, 'name' | 'isYou'>
  readonly accountName: string
  /** Personal tokens that stop working with the membership. */
  readonly tokens: number
}

/** What is asked, and what follows from it. */
export const removalWords = ({ member, accountName, tokens }: Removal) => {
  const whose = member.isYou ? 'your' : 'their'
  const lost =
    tokens === 0
      ? `${member.isYou ? 'You have' : 'They have'} no working personal tokens here.`
      : `It revokes ${whose} ${count(tokens, 'personal token')} in this account at once, for good: joining again brings none back.`
  return {
    title: member.isYou ? `Leave ${accountName}?` : `Remove ${member.name} from ${accountName}?`,
    description: `This ends ${whose} membership. ${lost} Tokens of the account go on working.`,
    confirm: member.isYou ? `Leave ${accountName}` : `Remove ${member.name}`,
    failed: member.isYou ? 'You have not left' : `${member.name} was not removed`,
  }
}
