import { keptRequest } from '#server/attack/requests.fixture.ts'

const BOUNDARY = 'a-boundary-that-no-field-holds'

const unescaped = (text: string): string =>
  text.replaceAll('&quot;', '"').replaceAll('&#x27;', "'").replaceAll('&amp;', '&')

// What the page itself would send along: Next's words for the action behind the form.
const hiddenFields = (html: string): readonly (readonly [string, string])[] => {
  const [form = ''] = html.match(/<form[^>]*>(?:(?!<\/form>)[\s\S])*name="password"/) ?? []
  return [...form.matchAll(/<input type="hidden" name="([^"]*)"(?: value="([^"]*)")?\/>/g)].map(
    ([, name = '', value = '']) => [unescaped(name), unescaped(value)],
  )
}

/**
 * The bytes of a sign-in by password as a browser without scripts sends it, made of the page's own form. `{n}` in them
 * stands for another person at another address each time: nobody's guesses are slowed down by those before.
 */
export const signInRequest = (html: string): string => {
  const fields = [
    ...hiddenFields(html),
    ['email', 'person{n}@nowhere.example'],
    ['password', 'a guess of {n}'],
  ] as const
  const parts = fields.map(
    ([name, value]) => `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  )
  return keptRequest(
    'POST',
    '/sign-in',
    [
      `Content-Type: multipart/form-data; boundary=${BOUNDARY}`,
      'Origin: http://portal.example',
      'X-Forwarded-For: 2001:db8:{n}::1',
    ],
    `${parts.join('')}--${BOUNDARY}--\r\n`,
  )
}
