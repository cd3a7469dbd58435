'use client'

import { type RefObject, useEffect } from 'react'

/**
 * useSecretPage(ref, path)  makes a page that shows a secret one that nobody finds again: the heading inside `ref` gets
 *                           the focus, the address becomes the token's own, so that a reload leads there, and a page that
 *                           the browser kept for "back" is loaded anew.
 */
export const useSecretPage = (ref: RefObject<HTMLElement | null>, path: string): void => {
  useEffect(() => {
    const heading = ref.current?.querySelector('h1')
    heading?.setAttribute('tabindex', '-1')
    heading?.focus()
    window.scrollTo({ top: 0 })
    // Past Next's own replaceState: its router would take the token's page for this one. A state that is not Next's
    // makes it load the address when somebody comes back to it.
    History.prototype.replaceState.call(window.history, {}, '', path)
    const onShow = (event: PageTransitionEvent) => {
      if (event.persisted) window.location.reload()
    }
    window.addEventListener('pageshow', onShow)
    return () => window.removeEventListener('pageshow', onShow)
  }, [ref, path])
}
