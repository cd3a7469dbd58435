import ical, { ICalEventTransparency } from 'ical-generator'
import type { CalendarToken } from '#lib/notices/calendar-store.ts'
import { HOUR_SECONDS } from '#lib/time/duration.ts'

/** What a calendar holds: the tokens of one account. */
export type CalendarAccount = {
  readonly slug: string
  readonly name: string
  readonly tokens: readonly CalendarToken[]
}

type Calendar = {
  readonly portalUrl: string
  /** NumericDate at which it is read. */
  readonly now: number
  readonly accounts: readonly CalendarAccount[]
}

/**
 * A calendar (RFC 5545) with an event at the second in which each token ends. It fills no time, and an event keeps its
 * UID while its token lives, so that a moved expiry moves the event.
 */
export const calendarText = ({ portalUrl, now, accounts }: Calendar): string => {
  const calendar = ical({
    name: 'Latchkey tokens',
    prodId: { company: 'Latchkey', product: 'Latchkey', language: 'EN' },
    ttl: HOUR_SECONDS,
  })
  for (const { slug, name: account, tokens } of accounts) {
    for (const { id, name, context, expiresAt } of tokens) {
      const whose = context === 'tenant' ? `A token of ${account}.` : `Your token in ${account}.`
      calendar.createEvent({
        id: `${id}@${new URL(portalUrl).host}`,
        stamp: new Date(now * 1000),
        start: new Date(expiresAt * 1000),
        summary: `“${name}” expires (${account})`,
        description: `${whose} Rotate it with a later expiry, or make another, before what uses it stops.`,
        url: `${portalUrl}/a/${encodeURIComponent(slug)}/tokens/${encodeURIComponent(id)}`,
        transparency: ICalEventTransparency.TRANSPARENT,
      })
    }
  }
  return `${calendar.toString()}\r\n`
}
