import { CalendarClock, ChevronRight, KeyRound, type LucideIcon, ShieldAlert } from 'lucide-react'
import Link from 'next/link'
import type { NoticeView } from '#components/notices/notice-view.ts'
import { tokenPaths } from '#components/tokens/token-paths.ts'
import { Badge } from '#components/ui/badge.tsx'
import { cn } from '#components/ui/class-names.ts'
import { Time } from '#components/ui/time.tsx'
import type { NoticeTopic } from '#lib/notices/notice-topic.ts'

/** NoticeList  slug, notices, now (NumericDate): newest first; the whole row leads to its token. */

export type NoticeListProps = {
  readonly slug: string
  readonly notices: readonly NoticeView[]
  readonly now: number
}

const ICONS: Readonly<Record<NoticeTopic, { readonly icon: LucideIcon; readonly tone: string }>> = {
  alerts: { icon: ShieldAlert, tone: 'text-danger' },
  expiry: { icon: CalendarClock, tone: 'text-warning' },
  changes: { icon: KeyRound, tone: 'text-subtle' },
}

const NoticeItem = ({ slug, notice, now }: Omit<NoticeListProps, 'notices'> & { readonly notice: NoticeView }) => {
  const { icon: Icon, tone } = ICONS[notice.topic]
  return (
    <li className="group/notice relative flex gap-3 px-4 py-3.5 hover:bg-hover/60 sm:px-5">
      <Icon aria-hidden="true" className={cn('mt-0.5 size-4.5 shrink-0', tone)} />
      <div className="grid min-w-0 flex-1 gap-0.5">
        <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <Link
            href={tokenPaths(slug).token(notice.tokenId)}
            prefetch={false}
            className={cn(
              'min-w-0 rounded-sm wrap-anywhere underline-offset-4 group-hover/notice:underline after:absolute after:inset-0',
              notice.isUnread && 'font-medium',
            )}
          >
            {notice.title}
          </Link>
          {notice.isUnread && <Badge tone="info">New</Badge>}
        </div>
        {notice.detail && <p className="max-w-prose text-sm wrap-anywhere text-muted">{notice.detail}</p>}
        <p className="text-xs text-subtle">
          <Time at={notice.at} now={now} />
          {notice.isOfAccount && <> · account token</>}
        </p>
      </div>
      <ChevronRight aria-hidden="true" className="size-4 shrink-0 self-center text-subtle" />
    </li>
  )
}

export const NoticeList = ({ notices, ...rest }: NoticeListProps) => (
  <ul aria-label="Notices" className="divide-y">
    {notices.map((notice) => (
      <NoticeItem key={notice.id} notice={notice} {...rest} />
    ))}
  </ul>
)
