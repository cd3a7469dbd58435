'use server'

import { cookies, headers } from 'next/headers'
import { parseTheme, THEME_COOKIE, THEME_LIFETIME_SECONDS } from '#components/shell/theme.ts'

/** Remembers the theme that the pressed button names; the page that follows is rendered in it. */
export const rememberTheme = async (form: FormData): Promise<void> => {
  const secure = (await headers()).get('x-forwarded-proto') === 'https'
  const jar = await cookies()
  jar.set(THEME_COOKIE, parseTheme(form.get('theme')), {
    path: '/',
    maxAge: THEME_LIFETIME_SECONDS,
    sameSite: 'lax',
    secure,
  })
}
