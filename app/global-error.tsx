'use client'

import { useEffect } from 'react'
import { FailureCard, type FailureCardProps } from '#components/shell/failure-card.tsx'
import { parseTheme, THEME_COOKIE, themeAttribute } from '#components/shell/theme.ts'
import './globals.css'

const themeFromCookie = () => {
  const cookie = document.cookie.split('; ').find((pair) => pair.startsWith(`${THEME_COOKIE}=`))
  return themeAttribute(parseTheme(cookie?.slice(THEME_COOKIE.length + 1)))
}

/** Stands in for the root layout when that failed, so it brings its own <html>. */
const GlobalError = (props: FailureCardProps) => {
  useEffect(() => {
    const theme = themeFromCookie()
    if (theme) document.documentElement.dataset.theme = theme
  }, [])
  return (
    <html lang="en">
      <body>
        <title>Something failed · Latchkey</title>
        <FailureCard {...props} />
      </body>
    </html>
  )
}

export default GlobalError
