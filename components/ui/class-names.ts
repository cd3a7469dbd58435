import { type ClassValue, clsx } from 'clsx'
import { extendTailwindMerge } from 'tailwind-merge'

const merge = extendTailwindMerge({ extend: { theme: { text: ['2xs'], shadow: ['card', 'pop'] } } })

/** Joins class names; of two that contradict each other the later one wins, so that a caller's `className` does. */
export const cn = (...classes: readonly ClassValue[]): string => merge(clsx(classes))
