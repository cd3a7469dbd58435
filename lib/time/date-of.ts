// Not by Intl, whose words differ from engine to engine: server and browser must say the same.
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sept', 'Oct', 'Nov', 'Dec']

/** The day of a NumericDate in UTC, as pages and mails write it: "1 Mar 2026". */
export const dateOf = (at: number): string => {
  const date = new Date(at * 1000)
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`
}
