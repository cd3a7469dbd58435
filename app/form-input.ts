import { z } from 'zod'
import type { FormValues } from '#lib/errors/form-state.ts'
import { PortalError } from '#lib/errors/portal-error.ts'
import { holdsPrivateKey } from '#lib/keys/public-key-set.ts'

// What React and Next put into every form, and what no answer may hold again.
const INTERNAL = /^\$/
const SECRET = /password|secret|code$/i

/** The form that an action was called with; one without fields when the call carried none, as no page of ours makes it. */
export const formOf = (given: unknown): FormData => (given instanceof FormData ? given : new FormData())

/** A form's texts by name: one as itself, several as a list. Files are left out; a NUL is refused beside its field. */
export const readForm = (form: FormData): Readonly<Record<string, string | readonly string[]>> => {
  const input: [string, string | readonly string[]][] = []
  for (const name of new Set(form.keys())) {
    const texts = form.getAll(name).filter((entry) => typeof entry === 'string')
    if (INTERNAL.test(name) || texts.length === 0) continue
    if (texts.some((text) => text.includes('\0'))) {
      throw new PortalError('request.invalid', { fields: { [name]: ['Leave out the NUL character.'] } })
    }
    input.push([name, texts.length === 1 ? (texts[0] ?? '') : texts])
  }
  // Not by assignment: a field named __proto__ is a field like any other.
  return Object.fromEntries(input)
}

/** What was typed, to be shown again: everything but private keys, fields named like secrets and those in `secrets`. */
export const keptValues = (form: FormData, secrets: readonly string[] = []): FormValues => {
  const names = [...new Set(form.keys())].filter(
    (name) => !INTERNAL.test(name) && !SECRET.test(name) && !secrets.includes(name),
  )
  const shown = (entry: unknown): entry is string => typeof entry === 'string' && !holdsPrivateKey(entry)
  return Object.fromEntries(names.map((name) => [name, form.getAll(name).filter(shown)]))
}

/** Schema of a group of checkboxes or of repeated inputs: none, one or several become a list. */
export const many = <Item extends z.ZodType>(item: Item) =>
  z.preprocess(
    (value) => (value === undefined ? [] : Array.isArray(value) ? value : [value]),
    z.array(item).max(1000, 'Too many values.'),
  )

/** Schema of one checkbox: checked or not. */
export const checked = z.preprocess((value) => value !== undefined, z.boolean())

/** Schema of an input that may be left empty: undefined then. */
export const maybe = <Item extends z.ZodType>(item: Item) =>
  z.preprocess((value) => (value === '' ? undefined : value), item.optional())
