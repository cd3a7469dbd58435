'use client'

import { useEffect, useRef, useState } from 'react'

/**
 * useLeaveGuard(isArmed)  asks before the page is left: { isAsking, stay, leave }. Closing and reloading are asked by the
 *                         browser itself; links, and going back where the browser tells of it, by the page's dialog.
 *                         A link with `data-leave` goes unasked.
 */

type Way = () => void

const isPlainClick = (event: MouseEvent) =>
  event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey

const leavingLink = (event: MouseEvent): HTMLAnchorElement | undefined => {
  const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>('a[href]') : null
  if (!link || !isPlainClick(event) || link.target === '_blank' || link.download !== '') return undefined
  return link.dataset.leave === undefined && !link.getAttribute('href')?.startsWith('#') ? link : undefined
}

type Traversal = Event & { readonly navigationType: string }
type Navigations = EventTarget | undefined

export const useLeaveGuard = (isArmed: boolean) => {
  const [way, setWay] = useState<{ readonly go: Way }>()
  const isOpen = useRef(false)

  useEffect(() => {
    if (!isArmed) return
    const ask = (event: Event, go: Way) => {
      if (isOpen.current) return
      event.preventDefault()
      event.stopPropagation()
      setWay({ go })
    }
    const onUnload = (event: BeforeUnloadEvent) => {
      if (!isOpen.current) event.preventDefault()
    }
    const onClick = (event: MouseEvent) => {
      const link = leavingLink(event)
      if (link) ask(event, () => link.click())
    }
    const onNavigate = (event: Event) => {
      if (event.cancelable && (event as Traversal).navigationType === 'traverse') ask(event, () => history.back())
    }
    const navigations = Reflect.get(window, 'navigation') as Navigations
    window.addEventListener('beforeunload', onUnload)
    document.addEventListener('click', onClick, { capture: true })
    navigations?.addEventListener('navigate', onNavigate)
    return () => {
      window.removeEventListener('beforeunload', onUnload)
      document.removeEventListener('click', onClick, { capture: true })
      navigations?.removeEventListener('navigate', onNavigate)
    }
  }, [isArmed])

  return {
    isAsking: way !== undefined,
    stay: () => setWay(undefined),
    leave: () => {
      isOpen.current = true
      setWay(undefined)
      way?.go()
    },
  }
}
