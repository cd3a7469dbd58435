import { Bell } from 'lucide-react'
import Link from 'next/link'

/** NoticeBell  href, unread (from 100 on `99+`): the way to one's notices, with how many are new. */

export type NoticeBellProps = { readonly href: string; readonly unread: number }

const COUNT_MAX = 99

const labelOf = (unread: number): string => {
  if (unread === 0) return 'Notices'
  return unread > COUNT_MAX ? 'Notices: more than 99 unread' : `Notices: ${unread} unread`
}

export const NoticeBell = ({ href, unread }: NoticeBellProps) => (
  <Link
    href={href}
    prefetch={false}
    aria-label={labelOf(unread)}
    className="relative flex size-9 items-center justify-center rounded-md text-muted tap hover:bg-hover hover:text-fg [&_svg]:size-4.5"
  >
    <Bell aria-hidden="true" />
    {unread > 0 && (
      <span
        aria-hidden="true"
        className="absolute top-0.5 right-0 flex h-4 min-w-4 items-center justify-center rounded-full border border-danger-line bg-danger-soft px-1 text-2xs leading-none font-semibold text-danger"
      >
        {unread > COUNT_MAX ? '99+' : unread}
      </span>
    )}
  </Link>
)
