import type { Mail } from '#lib/users/mailer.ts'

type Invitation = {
  readonly email: string
  readonly tenantName: string
  readonly invitedBy: string
  /** Where the portal is, without a slash at its end. */
  readonly portalUrl: string
}

// A name is what somebody typed: on one line it can neither add a header nor pass for a paragraph of ours.
const oneLine = (text: string): string => text.replaceAll(/\s+/gu, ' ').trim()

/** The mail that tells a new person where to sign in. It holds no secret: the address itself is what they prove. */
export const invitationMail = ({ email, tenantName, invitedBy, portalUrl }: Invitation): Mail => ({
  to: email,
  subject: `You have been added to ${oneLine(tenantName)}`,
  text: [
    `${oneLine(invitedBy)} has added you to the account ${oneLine(tenantName)}.`,
    '',
    `Sign in with this address, ${email}:`,
    '',
    `  ${portalUrl}/sign-in`,
    '',
    'You have no password yet. Ask there for a link by mail; you can set a password on your profile afterwards.',
    '',
    'If you do not know what this is about, you need do nothing.',
    '',
  ].join('\n'),
})
