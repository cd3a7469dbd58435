import 'server-only'
import { forbidden, notFound } from 'next/navigation'
import { errorEntry } from '#lib/errors/errors.ts'
import { isPortalError } from '#lib/errors/portal-error.ts'

/**
 * What a page shows, or the page of its refusal: 404 for what is not there for this person, 403 for what their role does
 * not allow. Everything else is thrown on, to the error page.
 */
export const pageAnswer = async <Answer>(answer: Promise<Answer>): Promise<Answer> => {
  try {
    return await answer
  } catch (thrown) {
    if (!isPortalError(thrown)) throw thrown
    const { status } = errorEntry(thrown.code)
    if (status === 404) notFound()
    if (status === 403) forbidden()
    throw thrown
  }
}
