'use client'

import { Eye, EyeOff } from 'lucide-react'
import { type ComponentProps, type ReactNode, useState } from 'react'
import { Field } from '#components/ui/field.tsx'
import { Input } from '#components/ui/input.tsx'

/**
 * PasswordField  name, label, autoComplete ("current-password" | "new-password"), hint?, error?, aside? (a link at the
 *                right of the label), plus any input prop. An eye shows what was typed; not there without scripts.
 *                It never has a value of its own: a password is not sent back to the page.
 */

export type PasswordFieldProps = Omit<ComponentProps<'input'>, 'type' | 'name' | 'value' | 'defaultValue'> & {
  readonly name: string
  readonly label: ReactNode
  readonly autoComplete: 'current-password' | 'new-password'
  readonly hint?: ReactNode
  readonly error?: string | undefined
  readonly aside?: ReactNode
}

export const PasswordField = ({ label, hint, error, aside, id, ...rest }: PasswordFieldProps) => {
  const [shown, setShown] = useState(false)
  const Icon = shown ? EyeOff : Eye
  return (
    <div className="relative">
      <Field id={id ?? rest.name} label={label} hint={error === undefined && hint} error={error}>
        {(control) => (
          <div className="relative">
            <Input
              {...rest}
              {...control}
              type={shown ? 'text' : 'password'}
              autoCapitalize="none"
              autoCorrect="off"
              spellCheck={false}
              className="pr-10"
            />
            <button
              type="button"
              aria-label="Show password"
              aria-pressed={shown}
              title={shown ? 'Hide password' : 'Show password'}
              onClick={() => setShown(!shown)}
              className="absolute inset-y-0.5 right-0.5 grid w-9 place-items-center rounded-md text-subtle tap hover:text-fg noscript:hidden"
            >
              <Icon aria-hidden="true" className="size-4" />
            </button>
          </div>
        )}
      </Field>
      {aside && <div className="absolute top-0 right-0 text-sm">{aside}</div>}
    </div>
  )
}
