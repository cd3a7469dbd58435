import type { Notice } from '#lib/notices/notice.ts'

/** A notice, and in which tenant. */
export type ToldNotice = Notice & { readonly tenantId: string }

/** A member who may get an account's mails. */
export type NoticeMember = { readonly userId: string; readonly email: string }

/** What deciding on mails reads, across all tenants: it is nobody's request. */
export type ToldStore = {
  /** Notices from a moment on, oldest first; `after` continues behind one of them. */
  since(from: number, limit: number, after?: Pick<Notice, 'at' | 'id'>): Promise<readonly ToldNotice[]>
  /** Enabled members of a tenant who hold one of these roles there. */
  holders(tenantId: string, roleKeys: readonly string[]): Promise<readonly NoticeMember[]>
}
