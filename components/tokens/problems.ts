import type { FieldProblem } from '#components/ui/alert.tsx'
import type { FormState } from '#lib/errors/form-state.ts'

/** The inputs a form about tokens has, by the first part of the name under which the use-case refuses them. */
const INPUTS: Readonly<Record<string, string>> = {
  grant: 'permissions',
  expiry: 'expiry',
  ipAllowlist: 'ipAllowlist',
}

const inputOf = (field: string): string => {
  const head = field.split('.', 1)[0] ?? field
  return INPUTS[head] ?? head
}

/** What is wrong with each input of a refused form: one entry per input, its sentences joined. */
export const inputProblems = (state: FormState<unknown>): readonly FieldProblem[] => {
  if (state.status !== 'refused') return []
  const problems = new Map<string, string[]>()
  for (const [field, sentences] of Object.entries(state.failure.fields)) {
    const input = inputOf(field)
    problems.set(input, [...(problems.get(input) ?? []), ...sentences])
  }
  return [...problems].map(([field, sentences]) => ({ field, message: [...new Set(sentences)].join(' ') }))
}

/** What is wrong with one input; undefined: nothing. */
export const inputProblem = (state: FormState<unknown>, input: string): string | undefined =>
  inputProblems(state).find(({ field }) => field === input)?.message
