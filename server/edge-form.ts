import type { IncomingMessage } from 'node:http'
import { LIMITS } from '#lib/config/limits.ts'
import { PortalError } from '#lib/errors/portal-error.ts'
import { readWhole, replay } from '#server/edge-body.ts'
import type { PagesHandler } from '#server/edge-pages.ts'

const isReadable = async (body: Buffer, type: string): Promise<boolean> => {
  try {
    await new Response(new Uint8Array(body), { headers: { 'Content-Type': type } }).formData()
    return true
  } catch {
    return false
  }
}

// What a script sends names its action, and is read by another parser, which takes more.
const isPlainForm = ({ method, headers }: IncomingMessage): boolean =>
  method === 'POST' &&
  headers['next-action'] === undefined &&
  /^multipart\/form-data/i.test(headers['content-type'] ?? '')

const withReadableForm = async (request: IncomingMessage): Promise<IncomingMessage | undefined> => {
  if (!isPlainForm(request)) return request
  const body = await readWhole(request, LIMITS.bodyBytes)
  if (body === 'too-large') throw new PortalError('request.too_large')
  if (body === 'aborted') return undefined
  if (!(await isReadable(body, request.headers['content-type'] ?? ''))) {
    throw new PortalError('request.malformed', { detail: 'The form could not be read.' })
  }
  return replay(request, body)
}

/**
 * The same pages, asked only once a multipart form has proved to be one (RFC 7578), by the parser that Next has for forms
 * without scripts. Next would answer 500 to a form it cannot read, and what is wrong is the request: 400. It stands where
 * pages are made: to read a form takes longer than to validate.
 */
export const withReadableForms =
  (pages: PagesHandler): PagesHandler =>
  async (request, response) => {
    const readable = await withReadableForm(request)
    if (readable) await pages(readable, response)
  }
