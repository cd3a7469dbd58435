/** To whom a notice goes: a member, or the team address of an account. */
export type MailRecipient =
  | { readonly kind: 'member'; readonly userId: string; readonly email: string }
  | { readonly kind: 'team'; readonly email: string }

/** A mail that was decided on. Its id says what it is about and to whom, so that no two are decided on. */
export type OutgoingMail = {
  readonly id: string
  readonly address: string
  readonly subject: string
  readonly body: string
  /** NumericDates. */
  readonly createdAt: number
  /** Set from the start where another mail tells of this notice as well. */
  readonly sentAt: number | null
}

/** A mail that waits, and how often it was tried. */
export type WaitingMail = Omit<OutgoingMail, 'sentAt'> & { readonly attempts: number }

/** What a mail is about and to whom. */
export type MailKey = {
  readonly eventId: string
  /** `*` for what is a person's own affair, whatever their accounts. */
  readonly tenantId: string
  /** Undefined: the account's team address. */
  readonly userId: string | undefined
}

/** The id of the one mail that tells this recipient of this event. */
export const mailId = ({ eventId, tenantId, userId }: MailKey): string =>
  [eventId, tenantId, ...(userId === undefined ? ['team'] : ['member', userId])].join('/')

/** What `mailId` put together. */
export const parseMailId = (id: string): MailKey => {
  const [eventId = '', tenantId = '', , userId] = id.split('/')
  return { eventId, tenantId, userId }
}

/** Mails from the decision to the mail server's answer. */
export type OutgoingMailStore = {
  /** Which of these ids were decided on already. */
  decided(ids: readonly string[]): Promise<ReadonlySet<string>>
  /** Adds mails, all or none; throws StaleDecision, and adds none, if one of them was decided on meanwhile. */
  add(mails: readonly OutgoingMail[]): Promise<void>
  /** Mails that are due, the longest waiting first. */
  waiting(now: number, limit: number): Promise<readonly WaitingMail[]>
  /** Takes a mail for one attempt: false if another process took, sent or gave it up since it was read. */
  claim(mail: Pick<WaitingMail, 'id' | 'attempts'>, nextAttemptAt: number): Promise<boolean>
  settle(id: string, as: 'sent' | 'given_up', at: number): Promise<void>
  /** Deletes mails that were settled and decided on before this moment. */
  purge(before: number): Promise<void>
}
