import { Alert } from '#components/ui/alert.tsx'

/** CodeElsewhere  code: what a mailed link shows in a browser that did not ask for it. */

export const CodeElsewhere = ({ code }: { readonly code: string }) => (
  <>
    <p
      className="rounded-lg border bg-sunken py-4 text-center font-mono text-3xl tracking-widest select-all"
      data-testid="code"
    >
      {code.slice(0, 3)} {code.slice(3)}
    </p>
    <Alert tone="warning" title="Did you ask for it?">
      Type the code only into a page of this portal that you opened yourself. Whoever asks you for it wants to sign in
      as you.
    </Alert>
  </>
)
