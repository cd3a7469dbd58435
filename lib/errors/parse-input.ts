import type { z } from 'zod'
import { PortalError } from '#lib/errors/portal-error.ts'

const fieldErrors = ({ issues }: z.ZodError): Record<string, string[]> => {
  const fields: Record<string, string[]> = {}
  for (const { path, message } of issues) {
    const name = path.map(String).join('.') || 'request'
    fields[name] = [...(fields[name] ?? []), message]
  }
  return fields
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
