import type { Metadata, Viewport } from 'next'
import localFont from 'next/font/local'
import { cookies } from 'next/headers'
import type { ReactNode } from 'react'
import { parseTheme, THEME_COOKIE, themeAttribute } from '#components/shell/theme.ts'
import './globals.css'

/** Every page answers its own request: a page made at build time could carry no CSP nonce. */
export const dynamic = 'force-dynamic'

export const metadata: Metadata = {
  title: { default: 'Latchkey', template: '%s · Latchkey' },
  description: 'Make and manage machine-to-machine tokens.',
  robots: { index: false, follow: false },
  formatDetection: { telephone: false, email: false, address: false },
  referrer: 'same-origin',
}

export const viewport: Viewport = {
  width: 'device-width',
  initialScale: 1,
  colorScheme: 'light dark',
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#ffffff' },
    { media: '(prefers-color-scheme: dark)', color: '#141518' },
  ],
}

const inter = localFont({
  src: '../node_modules/@fontsource-variable/inter/files/inter-latin-wght-normal.woff2',
  variable: '--font-inter',
  weight: '100 900',
  display: 'swap',
})

// Comes before the other in the stack, and takes only the letters that the first file lacks.
const interExt = localFont({
  src: '../node_modules/@fontsource-variable/inter/files/inter-latin-ext-wght-normal.woff2',
  variable: '--font-inter-ext',
  weight: '100 900',
  display: 'swap',
  preload: false,
  adjustFontFallback: false,
  declarations: [
    {
      prop: 'unicode-range',
      value: 'U+0100-02BA, U+02BD-02C5, U+02C7-02CC, U+02CE-02D7, U+02DD-02FF, U+1E00-1E9F, U+1EF2-1EFF, U+2C60-2C7F',
    },
  ],
})

// Not preloaded: most pages open without it, and the system's monospace is as wide.
const jetBrainsMono = localFont({
  src: '../node_modules/@fontsource-variable/jetbrains-mono/files/jetbrains-mono-latin-wght-normal.woff2',
  variable: '--font-jetbrains-mono',
  weight: '100 800',
  display: 'swap',
  preload: false,
  adjustFontFallback: false,
})

const FONTS = [inter, interExt, jetBrainsMono].map((font) => font.variable).join(' ')

const RootLayout = async ({ children }: { readonly children: ReactNode }) => {
  const theme = parseTheme((await cookies()).get(THEME_COOKIE)?.value)
  return (
    <html lang="en" className={FONTS} data-theme={themeAttribute(theme)}>
      <body>{children}</body>
    </html>
  )
}

export default RootLayout
