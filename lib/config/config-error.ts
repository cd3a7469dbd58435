/** A setting that stops the start; the message is one line: the variable, what it holds, what it should. No secrets. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}
