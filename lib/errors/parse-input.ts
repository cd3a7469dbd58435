import type { z } from 'zod'
import { PortalError } from '#lib/errors/portal-error.ts'

const fieldErrors = ({ issues }: z.ZodError): Readonly<Record<string, readonly string[]>> => {
  // A map: a field may be called `constructor`.
  const fields = new Map<string, readonly string[]>()
  for (const { path, message } of issues) {
    const name = path.map(String).join('.') || 'request'
    fields.set(name, [...(fields.get(name) ?? []), message])
  }
  return Object.fromEntries(fields)
}

/** What a schema found wrong, as `request.invalid` with a sentence per field, keyed by its dotted path. */
export const invalidInput = (error: z.ZodError): PortalError =>
  new PortalError('request.invalid', { fields: fieldErrors(error) })

/** Holds an input against its schema; throws `request.invalid` with a sentence per field, keyed by its dotted path. */
export const parseInput = <Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> => {
  const parsed = schema.safeParse(input)
  if (!parsed.success) throw invalidInput(parsed.error)
  return parsed.data
}
