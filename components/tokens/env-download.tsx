'use client'

import { Download } from 'lucide-react'
import { envFile } from '#components/tokens/snippets.ts'
import { Button } from '#components/ui/button.tsx'

/**
 * EnvDownload  saves values as a `.env` file: values: [variable, text][], onSaved. Made in the browser, so that the secret
 *              stands in no address; hidden without scripts.
 */

export type EnvDownloadProps = {
  readonly values: readonly (readonly [name: string, value: string])[]
  readonly onSaved: () => void
}

const REVOKE_AFTER_MS = 10_000

const save = (content: string) => {
  const url = URL.createObjectURL(new Blob([content], { type: 'application/octet-stream' }))
  const link = document.createElement('a')
  link.href = url
  link.download = 'latchkey.env'
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), REVOKE_AFTER_MS)
}

export const EnvDownload = ({ values, onSaved }: EnvDownloadProps) => (
  <Button
    size="sm"
    className="noscript:hidden"
    onClick={() => {
      save(envFile(values))
      onSaved()
    }}
  >
    <Download aria-hidden="true" className="opacity-80" />
    .env
  </Button>
)
