import { ChevronDown } from 'lucide-react'
import type { ComponentProps } from 'react'
import { cn } from '#components/ui/class-names.ts'
import { controlStyle } from '#components/ui/input.tsx'

/** Select  a native <select> with our looks; children are <option>s, every select prop. Inside Field, or SelectField. */
export const Select = ({ className, children, ...rest }: ComponentProps<'select'>) => (
  <span className={cn('relative block w-full', className)}>
    <select className={cn(controlStyle, 'h-9 appearance-none pr-9 tap')} {...rest}>
      {children}
    </select>
    <ChevronDown
      aria-hidden="true"
      className="pointer-events-none absolute top-1/2 right-3 size-4 -translate-y-1/2 text-subtle"
    />
  </span>
)
