import type { Snippet, SnippetId } from '#components/tokens/snippets.ts'
import { cn } from '#components/ui/class-names.ts'
import { CodeBlock } from '#components/ui/code-block.tsx'

/** SnippetTabs  snippets: code in several languages, one shown at a time. Native radios, so it works without scripts. */

const PANELS: Readonly<Record<SnippetId, string>> = {
  curl: 'group-has-[#snippet-curl:checked]/snippets:block',
  node: 'group-has-[#snippet-node:checked]/snippets:block',
  python: 'group-has-[#snippet-python:checked]/snippets:block',
  actions: 'group-has-[#snippet-actions:checked]/snippets:block',
  openid: 'group-has-[#snippet-openid:checked]/snippets:block',
}

export const SnippetTabs = ({ snippets }: { readonly snippets: readonly Snippet[] }) => (
  <div className="group/snippets grid min-w-0 gap-2">
    <fieldset className="max-w-full overflow-x-auto p-1 -m-1">
      <legend className="sr-only">Language of the example</legend>
      <div className="inline-flex gap-0.5 rounded-lg border bg-sunken p-0.5">
        {snippets.map(({ id, label }, index) => (
          <label
            key={id}
            className={cn(
              'relative flex h-7 items-center rounded-md px-2.5 text-sm whitespace-nowrap text-muted tap hover:text-fg touch:justify-center',
              'has-checked:bg-surface has-checked:font-medium has-checked:text-fg has-checked:shadow-card has-checked:ring-1 has-checked:ring-line',
              'has-focus-visible:outline-2 has-focus-visible:outline-accent forced:has-checked:outline-2',
            )}
          >
            <input
              type="radio"
              name="snippet"
              id={`snippet-${id}`}
              defaultChecked={index === 0}
              autoComplete="off"
              className="absolute inset-0 cursor-pointer appearance-none opacity-0"
            />
            {label}
          </label>
        ))}
      </div>
    </fieldset>
    {snippets.map(({ id, label, code }) => (
      <div key={id} className={cn('hidden', PANELS[id])}>
        <CodeBlock id={`code-${id}`} label={label} code={code} />
      </div>
    ))}
  </div>
)
