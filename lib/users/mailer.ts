/** One mail, plain text, to one person. */
export type Mail = {
  /** One bare address; never a list. */
  readonly to: string
  readonly subject: string
  readonly text: string
}

/** How mail leaves the portal. */
export type Mailer = {
  /** Resolves once the mail is in the next hop's hands; throws `mail.unavailable` when it was not taken. */
  send(mail: Mail): Promise<void>
}
