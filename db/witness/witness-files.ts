import {
  closeSync,
  existsSync,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'

/** What a witness asks of a disk; tests bring one that breaks. */
export type WitnessFiles = {
  readonly existsSync: typeof existsSync
  readonly mkdirSync: typeof mkdirSync
  readonly readdirSync: (folder: string) => string[]
  readonly readFileSync: (path: string, encoding: 'utf8') => string
  readonly statSync: (path: string) => { readonly size: number; readonly mtimeMs: number; readonly ino: number }
  readonly fstatSync: (descriptor: number) => { readonly ino: number }
  readonly openSync: typeof openSync
  readonly readSync: typeof readSync
  readonly writeSync: (descriptor: number, text: string, position: number) => number
  readonly fsyncSync: typeof fsyncSync
  readonly fdatasyncSync: typeof fdatasyncSync
  readonly closeSync: typeof closeSync
  readonly renameSync: typeof renameSync
  readonly rmSync: typeof rmSync
}

/** The disk of this machine. */
export const realFiles: WitnessFiles = {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  fstatSync,
  openSync,
  readSync,
  writeSync: (descriptor, text, position) => writeSync(descriptor, text, position, 'utf8'),
  fsyncSync,
  fdatasyncSync,
  closeSync,
  renameSync,
  rmSync,
}

/** Writes all of a text, or throws. */
export const writeWhole = (files: WitnessFiles, descriptor: number, text: string, position: number): number => {
  const length = Buffer.byteLength(text)
  if (files.writeSync(descriptor, text, position) !== length) throw new Error('the disk took a part of it')
  return length
}

/** Makes names in a folder as safe as what they name. */
export const syncFolder = (files: WitnessFiles, folder: string): void => {
  const descriptor = files.openSync(folder, 'r')
  try {
    files.fsyncSync(descriptor)
  } finally {
    files.closeSync(descriptor)
  }
}
