import { expect, type Page } from 'playwright/test'

const STOPS_MAX = 60

/**
 * What the focused element is called, and whether a person sees that it is focused: it, or what frames it, is outlined.
 * Undefined where nothing has the focus. Asked in one go: an element that leaves the page between two questions would
 * have no style at all.
 */
const focusedNow = (page: Page) =>
  page.evaluate(() => {
    const element = document.activeElement
    if (!element || element === document.body) return undefined
    const labels = 'labels' in element ? [...((element as HTMLInputElement).labels ?? [])] : []
    const isOutlined = (one: Element | null, frames: number): boolean => {
      if (!one) return false
      const { outlineStyle, outlineWidth } = getComputedStyle(one)
      if (outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2) return true
      return frames > 0 && isOutlined(one.parentElement, frames - 1)
    }
    const words = [element.getAttribute('aria-label'), element.textContent, ...labels.map((label) => label.textContent)]
    return { words: words.join(' '), isSeen: isOutlined(element, 2), html: element.outerHTML.slice(0, 200) }
  })

/** Somebody without a mouse: what they press, and what that leads to. */
export const keyboardOf = (page: Page) => {
  /** Presses a key until the focus is on what is so called; every stop on the way has to show that it has the focus. */
  const reach = async (name: RegExp, key = 'Tab'): Promise<void> => {
    for (let presses = 0; presses < STOPS_MAX; presses += 1) {
      await page.keyboard.press(key)
      // Past the last stop the focus is the browser's own for one press, before it comes back to the first.
      const focused = await focusedNow(page)
      if (!focused) continue
      expect(focused.isSeen, `focus is visible on ${focused.html}`).toBe(true)
      if (name.test(focused.words)) return
    }
    throw new Error(`no key leads to ${name}`)
  }
  return {
    reach,
    /** Reaches something and presses Enter on it. */
    press: async (name: RegExp): Promise<void> => {
      await reach(name)
      await page.keyboard.press('Enter')
    },
    type: (text: string): Promise<void> => page.keyboard.type(text),
    key: (key: string): Promise<void> => page.keyboard.press(key),
  }
}
