import type { LeakReaction } from '#lib/access/environment-store.ts'

/** What the page says before anything is pasted. */
export const promiseOf = (reaction: LeakReaction): string => {
  switch (reaction) {
    case 'revoke':
      return 'It stops working at once, and its owner is told.'
    case 'pause':
      return 'It stops working until somebody in charge has looked at it, and its owner is told.'
    case 'tell':
      return 'Its owner is told.'
  }
}

type Said = { readonly title: string; readonly text: string }

const DONE: Readonly<Record<LeakReaction, string>> = {
  revoke: 'What you found does not work any more. If it still did, its owner is told.',
  pause: 'What you found does not work now. If it still did, its owner is told and decides.',
  tell: 'If what you found still works, its owner is told.',
}

/** What the page says afterwards: the same whether it still worked or not. */
export const thanksFor = (recognised: number, reaction: LeakReaction): Said => {
  if (recognised === 0)
    return {
      title: 'Thank you. There is no token of ours in it',
      text: 'Look whether all of it was pasted. Otherwise it belongs to somebody else, who will be glad to hear of it.',
    }
  const tokens = recognised === 1 ? 'one token' : `${recognised} tokens`
  return { title: `Thank you. We know ${tokens} in it`, text: DONE[reaction] }
}
