import type { NoticeTopic } from '#lib/notices/notice-topic.ts'

/** A notice as a list shows it; `at` is a NumericDate. */
export type NoticeView = {
  readonly id: string
  readonly topic: NoticeTopic
  readonly title: string
  readonly detail: string
  readonly at: number
  readonly tokenId: string
  readonly isOfAccount: boolean
  readonly isUnread: boolean
}
