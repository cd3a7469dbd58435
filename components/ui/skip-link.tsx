/** SkipLink  href? (default "#main"): the first thing Tab reaches; jumps over the header. */
export const SkipLink = ({ href = '#main' }: { readonly href?: string }) => (
  <a
    href={href}
    className="sr-only rounded-md bg-ink px-4 py-2 text-sm font-medium text-on-ink focus:not-sr-only focus:fixed focus:top-3 focus:left-3 focus:z-50"
  >
    Skip to content
  </a>
)
