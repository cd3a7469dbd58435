declare global {
  var __webpack_nonce__: string | undefined
}

/**
 * Dialogs lock the page's scrolling through a <style> element, which a strict Content-Security-Policy refuses without a
 * nonce. This lends it the nonce of the document's own scripts; called before the first dialog opens.
 */
export const lendStyleNonce = (): void => {
  globalThis.__webpack_nonce__ ??= document.querySelector<HTMLScriptElement>('script[nonce]')?.nonce
}
