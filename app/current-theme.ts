import 'server-only'
import { cookies } from 'next/headers'
import { parseTheme, THEME_COOKIE, type Theme } from '#components/shell/theme.ts'

/** The theme this browser has chosen. */
export const currentTheme = async (): Promise<Theme> => parseTheme((await cookies()).get(THEME_COOKIE)?.value)
