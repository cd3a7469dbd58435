/** Where the pages of notices stand. */

const TRAIL_MAX = 20

export const noticesPath = (slug: string): string => `/a/${encodeURIComponent(slug)}/notices`

export const notificationsPath = (slug: string): string => `/a/${encodeURIComponent(slug)}/notifications`

/** The page that these cursors lead to, one after another; none: the newest. */
export const noticesPageHref = (slug: string, trail: readonly string[]): string =>
  trail.length === 0
    ? noticesPath(slug)
    : `${noticesPath(slug)}?page=${encodeURIComponent(trail.slice(-TRAIL_MAX).join('.'))}`

/** Reads what `noticesPageHref` wrote. */
export const trailOf = (page: string | undefined): readonly string[] =>
  (page ?? '').split('.').filter(Boolean).slice(-TRAIL_MAX)
