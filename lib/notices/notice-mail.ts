import type { Notice } from '#lib/notices/notice.ts'
import { momentText, noticeWords } from '#lib/notices/notice-words.ts'

type Told = {
  readonly portalUrl: string
  readonly account: { readonly slug: string; readonly name: string }
  readonly isTeam: boolean
  /** At least one. */
  readonly notices: readonly Notice[]
}

const LISTED_MAX = 50

const pathOf = ({ slug }: Told['account']): string => `/a/${encodeURIComponent(slug)}`

const paragraphOf = ({ portalUrl, account }: Told, notice: Notice): readonly string[] => {
  const { title, detail } = noticeWords(notice)
  const url = `${portalUrl}${pathOf(account)}/tokens/${encodeURIComponent(notice.token.id)}`
  return [`${title}.`, ...(detail === '' ? [] : [detail]), momentText(notice.at), '', `  ${url}`, '']
}

const footerOf = ({ portalUrl, account, isTeam }: Told): string =>
  isTeam
    ? `This address is where mails about tokens of ${account.name} go. Who manages them can change that:\n\n  ${portalUrl}${pathOf(account)}/notifications`
    : `You choose what is mailed to you in your profile:\n\n  ${portalUrl}/profile#mails`

/** Subject and text of the mail that tells of notices: one, or many of a kind at once. */
export const noticeMail = (told: Told): { readonly subject: string; readonly body: string } => {
  const { notices, account } = told
  const [first] = notices
  if (!first) throw new RangeError('a mail tells of something')
  const more = notices.length - 1
  const left = notices.length - LISTED_MAX
  const lines = notices.slice(0, LISTED_MAX).flatMap((notice) => paragraphOf(told, notice))
  return {
    subject: `${account.name}: ${noticeWords(first).title}${more > 0 ? `, and ${more} more` : ''}`,
    body: [...lines, ...(left > 0 ? [`And ${left} more.`, ''] : []), footerOf(told), ''].join('\n'),
  }
}
