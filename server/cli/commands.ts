import type { Command } from '#server/cli/command.ts'
import { leaksReaction } from '#server/cli/leaks-reaction.ts'
import { refreshTokens } from '#server/cli/refresh-tokens.ts'
import { scannerRulesCommand } from '#server/cli/scanner-rules.ts'

/** Every command there is, as help lists them. */
export const COMMANDS: readonly Command[] = [leaksReaction, refreshTokens, scannerRulesCommand]
