/** A database that this version of Latchkey cannot use; the message is one line that says which and what to do. */
export class UnusableDatabase extends Error {
  override readonly name = 'UnusableDatabase'
}
