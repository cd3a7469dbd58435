/** One mail, plain text, to one person. */
export type Mail = {
  /** One bare address; never a list. */
  readonly to: string
  readonly subject: string
  readonly text: string
  /**
   * Set for a mail that may be sent again by somebody who cannot know that it was: the same id makes the same Message-ID
   * (RFC 5322 §3.6.4). `at`, a NumericDate, is when it was written.
   */
  readonly once?: { readonly id: string; readonly at: number }
}

/** How mail leaves the portal. */
export type Mailer = {
  /** Resolves once the mail is in the next hop's hands; throws `mail.unavailable` when it was not taken. */
  send(mail: Mail): Promise<void>
}
