import { ADA, from, NEW_BROWSER, type SignInRoom } from '#db/contract/sign-in-room.ts'
import type { MailPurpose } from '#lib/sign-in/mail-challenge.ts'

type Asking = {
  readonly email?: string
  readonly purpose?: MailPurpose
  readonly known?: string
  readonly address?: string
  readonly next?: string
}

/** Asks for a mail in a room and reads it: the browser's cookie, the link's token, the code ('' when none was sent). */
export const askForMail = async (room: SignInRoom, asking: Asking = {}) => {
  const { email = ADA.email, purpose = 'sign-in', known, address, next } = asking
  const browser = { ...NEW_BROWSER, known }
  const cookie = await room.signIn.requestMail({ email, purpose, next, browser, trace: from(address) })
  await room.ports.background.settled()
  const text = room.ports.outbox.at(-1)?.text ?? ''
  return {
    cookie,
    token: /token=([\w-]{43})/.exec(text)?.[1] ?? '',
    code: /^ {2}(\d{3} \d{3})$/m.exec(text)?.[1]?.replace(' ', '') ?? '',
  }
}

/** What every proof that is not good is answered with. */
export const CODE_REFUSED = { code: 'sign_in.code', fields: { code: ['This code is not accepted.'] } }
