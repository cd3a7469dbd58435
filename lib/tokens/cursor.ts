import { PortalError } from '#lib/errors/portal-error.ts'

/** The place in a list after which the next page begins. */
export type Cursor = { readonly createdAt: number; readonly id: string }

/** A place in a list as opaque text. */
export const formatCursor = ({ createdAt, id }: Cursor): string =>
  Buffer.from(`${createdAt}:${id}`).toString('base64url')

const PLACE = /^(\d{1,12}):([\w-]{1,64})$/

/** Reads what `formatCursor` made; `request.malformed` for anything else. */
export const parseCursor = (text: string): Cursor => {
  const [, createdAt, id] = PLACE.exec(Buffer.from(text, 'base64url').toString('latin1')) ?? []
  if (createdAt === undefined || id === undefined)
    throw new PortalError('request.malformed', { detail: 'The cursor is not one of ours.' })
  return { createdAt: Number(createdAt), id }
}
