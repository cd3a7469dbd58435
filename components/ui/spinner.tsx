import { LoaderCircle } from 'lucide-react'
import { cn } from '#components/ui/class-names.ts'

/** Spinner  className?: a turning mark; decorative, so say in words beside it what is going on. */
export const Spinner = ({ className }: { readonly className?: string }) => (
  <LoaderCircle aria-hidden="true" className={cn('size-4 animate-spin', className)} />
)
