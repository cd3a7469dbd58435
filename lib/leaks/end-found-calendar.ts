import type { Config } from '#lib/config/config.ts'
import type { FoundCalendar } from '#lib/leaks/found-credential.ts'
import { calendarEventId, calendarLeakEvent, type ReportCircumstances } from '#lib/leaks/leak-event.ts'
import type { CalendarChange, LeakStore } from '#lib/leaks/leak-store.ts'
import type { Clock } from '#lib/time/clock.ts'

/** What ending a found calendar needs of the world. */
export type EndFoundCalendarPorts = {
  readonly clock: Clock
  readonly settings: Pick<Config, 'url'>
  readonly leakStore: Pick<LeakStore, 'findCalendar' | 'endCalendar' | 'wasRecorded'>
}

// What a stranger says of where it was is in the record, and not in a mail of ours.
const mailOf = (url: string): CalendarChange['mail'] => ({
  subject: 'Your calendar has ended: somebody found its address',
  body: [
    'Somebody had the address of your calendar of expiring tokens and reported it as found. It opens nothing any more.',
    'Whoever knew it could read the names of your tokens and when they end, and nothing else.',
    '',
    'If you want another, make it in your profile:',
    '',
    `  ${url}/profile#calendar`,
    '',
  ].join('\n'),
})

/**
 * Ends the calendar whose address was found, whatever the environment's reaction: another is made in a moment. Its person
 * is told by mail. Answers whether it was one of ours: one that was ended by an earlier report is, too.
 */
export const endFoundCalendar = async (
  { clock, settings, leakStore }: EndFoundCalendarPorts,
  { digests }: FoundCalendar,
  circumstances: ReportCircumstances,
): Promise<boolean> => {
  const calendar = await leakStore.findCalendar(digests)
  if (!calendar) return leakStore.wasRecorded(digests.map(calendarEventId))
  const event = calendarLeakEvent(calendar, circumstances, clock.now())
  await leakStore.endCalendar(calendar, { event, mail: mailOf(settings.url) })
  return true
}
