import type { Person } from '#lib/access/find-principal.ts'
import { countUnread, listNotices, type NoticePorts } from '#lib/notices/list-notices.ts'
import { choosePreferences, mailPreferences, type PreferencePorts } from '#lib/notices/mail-preferences.ts'
import { markRead } from '#lib/notices/mark-read.ts'
import { endCalendar, makeCalendar, type OwnCalendarPorts } from '#lib/notices/own-calendar.ts'
import { type ReadCalendarPorts, readCalendar } from '#lib/notices/read-calendar.ts'
import { changeTeamEmail, showTeamEmail, type TeamEmailPorts } from '#lib/notices/team-email.ts'

type Ports = NoticePorts & PreferencePorts & TeamEmailPorts & OwnCalendarPorts & ReadCalendarPorts

/** The use-cases of notices, over their ports. */
export const noticesUseCases = (ports: Ports) => ({
  list: listNotices(ports),
  countUnread: countUnread(ports),
  markRead: markRead(ports),
  preferences: mailPreferences(ports),
  choosePreferences: choosePreferences(ports),
  teamEmail: showTeamEmail(ports),
  changeTeamEmail: changeTeamEmail(ports),
  /** When the person's calendar was made; undefined: they have none. */
  calendarMadeAt: ({ userId }: Pick<Person, 'userId'>) => ports.calendarStore.madeAt(userId),
  makeCalendar: makeCalendar(ports),
  endCalendar: endCalendar(ports),
  readCalendar: readCalendar(ports),
})
