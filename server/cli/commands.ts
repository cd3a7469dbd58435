import { backup } from '#server/cli/backup.ts'
import type { Command } from '#server/cli/command.ts'
import { keysAlgorithms } from '#server/cli/keys-algorithms.ts'
import { keysCompromised } from '#server/cli/keys-compromised.ts'
import { keysList } from '#server/cli/keys-list.ts'
import { keysRotate } from '#server/cli/keys-rotate.ts'
import { keysSchedule } from '#server/cli/keys-schedule.ts'
import { leaksReaction } from '#server/cli/leaks-reaction.ts'
import { refreshTokens } from '#server/cli/refresh-tokens.ts'
import { restoreAccept } from '#server/cli/restore-accept.ts'
import { restoreShow } from '#server/cli/restore-show.ts'
import { scannerRulesCommand } from '#server/cli/scanner-rules.ts'
import { secretShow } from '#server/cli/secret-show.ts'

/** Every command there is, as help lists them. */
export const COMMANDS: readonly Command[] = [
  keysList,
  keysRotate,
  keysSchedule,
  keysAlgorithms,
  keysCompromised,
  secretShow,
  leaksReaction,
  refreshTokens,
  scannerRulesCommand,
  backup,
  restoreShow,
  restoreAccept,
]
