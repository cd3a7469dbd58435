/** The part of the error table that concerns restored databases. */
export const RESTORE_ERRORS = {
  'store.restored': {
    status: 503,
    oauth: 'temporarily_unavailable',
    title: 'Restored, and not accepted yet',
    message:
      'The database lacks changes that were answered for, as after a restore. An operator has to say what becomes of them: npm run latchkey -- restore show.',
  },
} as const
