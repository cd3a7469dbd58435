/** How passwords are kept: a slow, salted function behind a port. */
export type PasswordHasher = {
  /** The text to store for a password (PHC string, with its own salt). Throws `request.rate_limited` when overloaded. */
  hash(password: string): Promise<string>
  /** Whether a stored text was made from this password; false for a damaged text. Throws like `hash`. */
  verify(stored: string, password: string): Promise<boolean>
}
