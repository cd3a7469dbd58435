import { DAY_SECONDS } from '#lib/time/duration.ts'
import type { DescribedRotation } from '#lib/tokens/describe-token.ts'

/** What is done to a rotation under way. */
export type RotationStep = 'finish' | 'extend' | 'cancel'

const STEPS: readonly string[] = ['finish', 'extend', 'cancel'] satisfies readonly RotationStep[]

/** Whether a part of an address names a step. */
export const isRotationStep = (text: string): text is RotationStep => STEPS.includes(text)

export type StepWords = {
  readonly verb: string
  readonly pending: string
  readonly question: string
  readonly about: string
  readonly refused: string
  /** Why it is better not done now; undefined: nothing speaks against it. */
  readonly warning: string | undefined
}

const isFresh = (at: number | undefined, now: number): boolean => at !== undefined && at > now - DAY_SECONDS

/** What each step says, and what its page warns of; times are NumericDates. */
export const stepWords = (step: RotationStep, name: string, rotation: DescribedRotation, now: number): StepWords => {
  const { current, former } = rotation
  switch (step) {
    case 'finish':
      return {
        verb: 'Finish now',
        pending: 'Finishing',
        question: `Finish the rotation of “${name}”?`,
        about: 'The former secret stops working at once. The new one goes on. This cannot be undone.',
        refused: 'The former secret goes on working',
        warning: isFresh(former.lastUse?.at, now)
          ? 'The former secret was used within the last day: whatever sends it stops working.'
          : undefined,
      }
    case 'extend':
      return {
        verb: 'Extend',
        pending: 'Extending',
        question: `Extend the rotation of “${name}”`,
        about: 'The former secret goes on working for longer, beside the new one.',
        refused: 'The rotation was not extended',
        warning: undefined,
      }
    case 'cancel':
      return {
        verb: 'Cancel the rotation',
        pending: 'Cancelling',
        question: `Cancel the rotation of “${name}”?`,
        about: 'The new secret stops working at once. The former one lives on as before. This cannot be undone.',
        refused: 'The rotation was not cancelled',
        warning: current.lastUse ? 'The new secret is in use already: whatever sends it stops working.' : undefined,
      }
  }
}

/** What to do next, in a sentence, from who was seen when. */
export const rotationAdvice = ({ rotatedAt, current, former }: DescribedRotation, now: number): string => {
  if (!current.lastUse) return 'Nobody has used the new one yet. Put it in place before the former one ends.'
  if (!former.lastUse || former.lastUse.at < rotatedAt)
    return 'Only the new one was used since the rotation. When nothing sends the former one any more, finish.'
  return isFresh(former.lastUse.at, now)
    ? 'The former one is still in use. Find what sends it, or extend.'
    : 'The former one has been silent for a day or more. When nothing sends it any more, finish.'
}

/** Whether nothing speaks against finishing: the new one is used and the former one is silent. */
export const isReadyToFinish = ({ current, former }: DescribedRotation, now: number): boolean =>
  current.lastUse !== undefined && !isFresh(former.lastUse?.at, now)

/** One end to choose for the former credential. */
export type ExtensionChoice = { readonly endsAt: number; readonly title: string }

const DAYS = [2, 7, 14, 30]

/** The later ends that a former credential may get: some days after the rotation, and the latest there is. */
export const extensionChoices = ({
  rotatedAt,
  formerEndsAt,
  extendableUntil,
}: Pick<DescribedRotation, 'rotatedAt' | 'formerEndsAt' | 'extendableUntil'>): readonly ExtensionChoice[] => {
  if (extendableUntil <= formerEndsAt) return []
  const usual = DAYS.map((days) => ({
    endsAt: rotatedAt + days * DAY_SECONDS,
    title: `${days} days after the rotation`,
  })).filter(({ endsAt }) => endsAt > formerEndsAt && endsAt <= extendableUntil)
  const hasLatest = usual.some(({ endsAt }) => endsAt === extendableUntil)
  return hasLatest ? usual : [...usual, { endsAt: extendableUntil, title: 'Until the token’s own end' }]
}
