// Line breaks and controls; marks that turn the order of letters round, so that a text reads as another; half characters.
const UNFIT = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/u
// Joiners and the like belong into words of many languages, but alone they show nothing. Fillers count as letters.
const SOMETHING_TO_SEE = /[^\p{Cf}\p{Z}\p{M}\p{Cn}\u115F\u1160\u3164\uFFA0\u2800]/u

/** Whether a text is one line without marks that no one sees: nothing in it breaks a line or reorders what stands there. */
export const isPlainLine = (text: string): boolean => !UNFIT.test(text)

/** Whether a text shows anything at all on a screen. */
export const isVisible = (text: string): boolean => SOMETHING_TO_SEE.test(text)
