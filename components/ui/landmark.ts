/**
 * Where floating layers go: inside <main>, so that what they say belongs to a landmark. On the server there is none; the
 * layers open in the browser only.
 */
export const layerHome = (): HTMLElement | null =>
  typeof document === 'undefined' ? null : document.getElementById('main')
