import type { ReactNode } from 'react'
import { type ExpiryChoices, KEEP_EXPIRY } from '#components/tokens/expiry-choices.ts'
import { cn } from '#components/ui/class-names.ts'
import { controlProps, FieldError, fieldIds, Hint } from '#components/ui/field.tsx'
import { Input } from '#components/ui/input.tsx'
import { dateOf } from '#lib/time/date-of.ts'

/** ExpiryChoice  when the token ends: choices, initial (a value), initialDate (YYYY-MM-DD or ''), keep? (the end it has,
 *                in words, as the first choice), legend?, error?. */

export type ExpiryChoiceProps = {
  readonly choices: ExpiryChoices
  readonly initial: string
  readonly initialDate: string
  readonly keep?: string
  readonly legend?: string
  readonly error?: string | undefined
}

type PillProps = {
  readonly value: string
  readonly isInitial: boolean
  readonly title?: string
  readonly children: ReactNode
}

const Pill = ({ value, isInitial, title, children }: PillProps) => (
  <label
    title={title}
    className={cn(
      'relative inline-flex h-8 items-center rounded-md border border-line-strong bg-surface px-3 text-sm text-fg shadow-card tap touch:justify-center',
      'hover:border-control has-checked:border-ink has-checked:bg-hover has-checked:font-medium has-checked:ring-1 has-checked:ring-ink',
      'has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent forced:has-checked:outline-2',
    )}
  >
    <input
      type="radio"
      name="expiry"
      id={`expiry-${value}`}
      value={value}
      defaultChecked={isInitial}
      className="absolute inset-0 cursor-pointer appearance-none opacity-0"
    />
    {children}
  </label>
)

const DateInput = ({ choices, initialDate, isWrong }: Omit<ExpiryChoiceProps, 'initial'> & { isWrong: boolean }) => (
  <div className="hidden gap-1.5 group-has-[#expiry-at:checked]/expiry:grid">
    <label htmlFor="expiryDate" className="text-sm">
      Last day
    </label>
    <Input
      {...controlProps('expiryDate', { hint: true, error: false })}
      type="date"
      name="expiryDate"
      defaultValue={initialDate}
      min={choices.dateMin}
      max={choices.dateMax ?? '9999-12-31'}
      className={cn('w-44', isWrong && 'border-danger')}
    />
    <Hint id={fieldIds('expiryDate').hint}>It works until the end of that day, UTC.</Hint>
  </div>
)

export const ExpiryChoice = ({
  choices,
  initial,
  initialDate,
  keep,
  legend = 'When does it expire?',
  error,
}: ExpiryChoiceProps) => {
  const ids = fieldIds('expiry')
  return (
    <fieldset
      id="expiry"
      tabIndex={-1}
      aria-describedby={error && ids.error}
      className="group/expiry grid min-w-0 scroll-mt-6 gap-2.5"
    >
      <legend className="mb-2 text-sm font-medium">{legend}</legend>
      <div className="relative flex flex-wrap gap-1.5">
        {keep !== undefined && (
          <Pill value={KEEP_EXPIRY} isInitial={initial === KEEP_EXPIRY}>
            {keep}
          </Pill>
        )}
        {choices.presets.map(({ value, label, endsAt }) => (
          <Pill key={value} value={value} isInitial={value === initial} title={dateOf(endsAt)}>
            {label}
          </Pill>
        ))}
        <Pill value="at" isInitial={initial === 'at'}>
          On a date
        </Pill>
        {choices.never && (
          <Pill value="never" isInitial={initial === 'never'}>
            Never
          </Pill>
        )}
      </div>
      <DateInput {...{ choices, initialDate }} isWrong={error !== undefined} />
      <Hint className="hidden group-has-[#expiry-never:checked]/expiry:block">
        It works until somebody revokes it. Give it an end, if you can: a forgotten token is the one that leaks.
      </Hint>
      {choices.limit && <Hint>{choices.limit}</Hint>}
      {error && <FieldError id={ids.error}>{error}</FieldError>}
    </fieldset>
  )
}
