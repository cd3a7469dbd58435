import type { MailPurpose } from '#lib/sign-in/mail-challenge.ts'
import type { Mail } from '#lib/users/mailer.ts'

type Challenge = {
  readonly to: string
  readonly purpose: MailPurpose
  readonly portalUrl: string
  readonly token: string
  readonly code: string
}

const WORDS = {
  'sign-in': {
    path: '/sign-in/link',
    subject: 'Sign in to Latchkey',
    link: 'Open this link in the browser in which you asked for it:',
    code: 'Or type this code there:',
  },
  password: {
    path: '/forgotten/link',
    subject: 'Choose a new Latchkey password',
    link: 'To choose a new password, open this link in the browser in which you asked for it:',
    code: 'Or type this code there:',
  },
} as const

/** The one mail with link and code. Its link carries the only copy of the token. */
export const challengeMail = ({ to, purpose, portalUrl, token, code }: Challenge): Mail => {
  const { path, subject, link, code: codeLine } = WORDS[purpose]
  return {
    to,
    subject,
    text: [
      link,
      '',
      `  ${portalUrl}${path}?token=${token}`,
      '',
      codeLine,
      '',
      `  ${code.slice(0, 3)} ${code.slice(3)}`,
      '',
      'Both work once, within 10 minutes, and only there. Never tell the code to anybody: nobody of us asks for it.',
      '',
      'If it was not you who asked, you need do nothing.',
      '',
    ].join('\n'),
  }
}
