/**
 * What a person can have mails about, or not: `expiry` of tokens, `changes` (issued, rotated, revoked), `alerts` (a
 * retired secret or a leaked one was used, a first use from elsewhere).
 */
export type NoticeTopic = 'expiry' | 'changes' | 'alerts'
