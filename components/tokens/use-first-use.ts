'use client'

import { useEffect, useState } from 'react'

/**
 * useFirstUse(path)  whether the token behind this path has been used: asks every 3 seconds while the page is in view,
 *                    for ten minutes at most.
 */

const EVERY_MS = 3000
const ASK_MAX = 200

const wasUsed = async (path: string, signal: AbortSignal): Promise<boolean> => {
  const response = await fetch(path, { signal, cache: 'no-store' })
  if (!response.ok) return false
  const answer: unknown = await response.json()
  return typeof answer === 'object' && answer !== null && Reflect.get(answer, 'lastUsedAt') !== null
}

export const useFirstUse = (path: string): boolean => {
  const [used, setUsed] = useState(false)
  useEffect(() => {
    if (used) return
    const leaving = new AbortController()
    let asked = 0
    const ask = async () => {
      // A lost answer is no news: the next one tells.
      const now = await wasUsed(path, leaving.signal).catch(() => false)
      if (now) setUsed(true)
    }
    const timer = setInterval(() => {
      if (document.visibilityState === 'hidden') return
      asked += 1
      if (asked >= ASK_MAX) clearInterval(timer)
      void ask()
    }, EVERY_MS)
    return () => {
      clearInterval(timer)
      leaving.abort()
    }
  }, [path, used])
  return used
}
