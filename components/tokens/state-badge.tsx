import { STATE_WORDS } from '#components/tokens/token-words.ts'
import { Badge } from '#components/ui/badge.tsx'
import type { TokenState } from '#lib/tokens/token.ts'

/** StateBadge  state: a token's state as a word with its colour. */
export const StateBadge = ({ state }: { readonly state: TokenState }) => {
  const { label, tone } = STATE_WORDS[state]
  return (
    <Badge tone={tone} dot>
      {label}
    </Badge>
  )
}
