/** What pausing and resuming say, in the dialog and on the page. */
export const pauseWords = (name: string, isPaused: boolean) =>
  isPaused
    ? {
        verb: 'Resume',
        question: `Resume “${name}”?`,
        about: 'It works again at once, with what it may do by then.',
        refused: 'The token was not resumed',
      }
    : {
        verb: 'Pause',
        question: `Pause “${name}”?`,
        about: 'Every use is refused at once, until somebody resumes it. Its expiry date stays the same.',
        refused: 'The token was not paused',
      }
