import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { breakingFiles } from '#db/witness/breaking-files.fixture.ts'
import { compactWitness, WITNESS_KEPT_SECONDS } from '#db/witness/compact-witness.ts'
import { openWitness, type Witness } from '#db/witness/witness.ts'
import { realFiles, type WitnessFiles } from '#db/witness/witness-files.ts'
import { beginWitnessFile, listWitness, readWitness, UnreadableWitness } from '#db/witness/witness-folder.ts'
import { mergeWitness, type WitnessLog } from '#db/witness/witness-log.ts'
import type { WitnessRow } from '#db/witness/witness-text.ts'
import { createWitnessTop } from '#db/witness/witness-top.ts'

const NOW = 1_800_000_000

let parent: string
let folder: string
let disk: ReturnType<typeof breakingFiles>
let opened: Witness[]
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'latchkey-witness-'))
  folder = join(parent, 'witness')
  disk = breakingFiles(folder)
  opened = []
})
afterEach(() => {
  for (const witness of opened) witness.close()
  rmSync(parent, { recursive: true, force: true })
  disk.remove()
})

const open = (files: WitnessFiles = disk.files): Witness => {
  const witness = openWitness(folder, () => NOW, files)
  opened.push(witness)
  return witness
}
const row = (seq: number, key = `acme/t${seq}`, at = NOW): WitnessRow => [seq, 'token', key, at]
const intentOf = (rows: readonly WitnessRow[], incarnation = 'first') => ({
  incarnation,
  rows,
  isInDatabase: () => false,
})
const say = (witness: Witness, ...rows: readonly WitnessRow[]): void => {
  witness.intend(intentOf(rows))
  witness.settle()
}
const log = (isInDatabase = false): WitnessLog | undefined => mergeWitness(readWitness(folder), () => isInDatabase)
const seqs = (isInDatabase = false) => log(isInDatabase)?.rows.map(([seq]) => seq)
const top = () => createWitnessTop(folder)()

describe('a witness', () => {
  it('knows what was committed, in order, and where it began', () => {
    const witness = open()
    say(witness, row(7), row(8))
    say(witness, row(9))
    expect(log()).toEqual({ incarnation: 'first', through: 9, from: 6, rows: [row(7), row(8), row(9)] })
    expect(top()).toEqual({ incarnation: 'first', seq: 9, row: row(9) })
  })

  it('does not take for committed what was only intended', () => {
    const witness = open()
    say(witness, row(1))
    witness.intend(intentOf([row(2)]))
    expect(seqs()).toEqual([1])
    expect(seqs(true)).toEqual([1, 2])
    expect(top()?.seq).toBe(1)
    // It was undone; the number is given out again.
    say(witness, row(2, 'acme/other'))
    expect(log()?.rows.at(-1)).toEqual(row(2, 'acme/other'))
  })

  it('knows of each key its newest change', () => {
    const witness = open()
    for (const each of [row(1, 'a'), row(2, 'b'), row(3, 'a')]) say(witness, each)
    expect(log()?.rows).toEqual([row(2, 'b'), row(3, 'a')])
  })

  it('has a file for each process, and one for each life', () => {
    const [one, other] = [open(), open()]
    say(one, row(1))
    say(other, row(2))
    say(one, row(3))
    expect(readdirSync(folder)).toHaveLength(2)
    expect(seqs()).toEqual([1, 2, 3])
    one.intend(intentOf([row(4)], 'second'))
    one.settle()
    expect(top()).toMatchObject({ incarnation: 'second', seq: 4 })
    expect(log()).toMatchObject({ incarnation: 'second', from: 0 })
  })

  it('passes over a line that was cut short, and refuses a file that is none', () => {
    say(open(), row(1))
    const [path = ''] = listWitness(folder)
    appendFileSync(path, '+[[2,"token","acm')
    expect(seqs()).toEqual([1])
    writeFileSync(path, 'a letter')
    expect(() => readWitness(folder)).toThrow(UnreadableWitness)
    expect(top).toThrow(UnreadableWitness)
  })

  it('is readable by its owner alone', () => {
    say(open(), row(1))
    for (const path of [folder, ...listWitness(folder)]) expect(statSync(path).mode & 0o077).toBe(0)
  })

  it('finds the newest committed line behind much that was not committed', () => {
    const witness = open()
    say(witness, row(1))
    const many = Array.from({ length: 3000 }, (_, index) => row(index + 2, `acme/${'x'.repeat(40)}${index}`))
    witness.intend(intentOf(many))
    expect(top()?.seq).toBe(1)
    witness.settle()
    expect(top()?.seq).toBe(3001)
  })
})

describe('after a power cut', () => {
  it('a witness knows what it was told, intended as well as committed', () => {
    const witness = open()
    say(witness, row(1))
    witness.intend(intentOf([row(2)]))
    disk.cutPower()
    expect([seqs(), seqs(true)]).toEqual([[1], [1, 2]])
  })

  it.each(['fdatasyncSync', 'fsyncSync'] as const)('would not, without %s', (operation) => {
    const witness = open({ ...disk.files, [operation]: () => undefined })
    say(witness, row(1))
    say(witness, row(2))
    disk.cutPower()
    expect(seqs() ?? []).not.toContain(2)
  })
})

describe('a disk that refuses', () => {
  it.each([
    ['writeSync', 'ENOSPC'],
    ['fdatasyncSync', 'EIO'],
  ] as const)('%s is told of before a commit, and what comes later is kept', (operation, code) => {
    const witness = open()
    say(witness, row(1))
    disk.refuse(operation, code)
    for (let attempt = 0; attempt < 3; attempt += 1) expect(() => witness.intend(intentOf([row(2)]))).toThrow(code)
    expect(seqs()).toEqual([1])
    disk.heal()
    say(witness, row(2))
    expect(seqs()).toEqual([1, 2])
    // A file for each attempt would fill a full disk.
    expect(readdirSync(folder).length).toBeLessThanOrEqual(2 + 3)
  })

  it.each(['openSync', 'fsyncSync', 'renameSync'] as const)(
    '%s leaves nothing of a file that was begun',
    (operation) => {
      disk.refuse(operation)
      expect(() => open().intend(intentOf([row(1)]))).toThrow('ENOSPC')
      disk.heal()
      expect(listWitness(folder)).toEqual([])
    },
  )

  it('does so after a commit: it is told of, and made good before the next one', () => {
    const witness = open()
    say(witness, row(1))
    witness.intend(intentOf([row(2)]))
    disk.refuse('writeSync', 'EIO')
    expect(() => witness.settle()).toThrow('EIO')
    expect(() => witness.intend(intentOf([row(3)]))).toThrow('EIO')
    disk.heal()
    expect(seqs()).toEqual([1])
    witness.intend(intentOf([row(3)]))
    expect(seqs()).toEqual([1, 2])
    witness.settle()
    expect(seqs()).toEqual([1, 2, 3])
  })
})

describe('a witness that is made smaller', () => {
  const compact = (isInDatabase = false, now = NOW) => compactWitness(folder, () => isInDatabase, now)

  it('knows what it knew, in one file', () => {
    const [one, other] = [open(), open()]
    for (const each of [row(3, 'a'), row(4, 'b')]) say(one, each)
    say(other, row(5, 'a'))
    const before = log()
    compact()
    expect(log()).toEqual(before)
    expect(readdirSync(folder)).toHaveLength(1)
    compact()
    expect(log()).toEqual(before)
    expect(top()).toEqual({ incarnation: 'first', seq: 5, row: row(5, 'a') })
  })

  it('is not told less by who had a file open, whenever it happens', () => {
    const witness = open()
    say(witness, row(1))
    compact()
    say(witness, row(2))
    witness.intend(intentOf([row(3)]))
    // Between the commit and the word that it happened: the file is read as it is.
    compact()
    expect(seqs()).toEqual([1, 2])
    witness.settle()
    expect(seqs()).toEqual([1, 2, 3])
    disk.cutPower()
    expect(seqs()).toContain(3)
  })

  it('takes what a killed process could not say from the database', () => {
    open().intend(intentOf([row(1)]))
    compact(true)
    expect(seqs()).toEqual([1])
    open().intend(intentOf([row(2)]))
    compact(false)
    expect(seqs()).toEqual([1])
  })

  it('goes on where a process that did it was killed', () => {
    const witness = open()
    say(witness, row(1))
    const [path = ''] = listWitness(folder)
    realFiles.renameSync(path, path.replace('.lines', '.merging'))
    writeFileSync(join(folder, 'cut-short.unfinished'), '#{"incar')
    expect(seqs()).toEqual([1])
    say(witness, row(2))
    compact()
    expect(seqs()).toEqual([1, 2])
  })

  it('loses nothing when the disk refuses the new file', () => {
    say(open(), row(1))
    disk.refuse('writeSync')
    expect(() => compactWitness(folder, () => false, NOW, disk.files)).toThrow('ENOSPC')
    expect(seqs()).toEqual([1])
  })

  it('lets go of what is older than backups are, says so, and always knows the newest', () => {
    const witness = open()
    say(witness, row(1), row(2))
    say(witness, row(3, 'c', NOW + 1))
    compact(false, NOW + WITNESS_KEPT_SECONDS)
    expect(log()).toEqual({ incarnation: 'first', through: 3, from: 2, rows: [row(3, 'c', NOW + 1)] })
    compact(false, NOW + 2 * WITNESS_KEPT_SECONDS)
    expect(seqs()).toEqual([3])
  })

  it('is done by itself before its files become many', () => {
    for (let process = 1; process <= 60; process += 1) say(open(), row(process))
    expect(readdirSync(folder).length).toBeLessThanOrEqual(17)
    expect(seqs()).toHaveLength(60)
  })

  it('begins another file when one is large', () => {
    const witness = open()
    const key = 'x'.repeat(100_000)
    for (let seq = 1; seq <= 45; seq += 1) say(witness, row(seq, `${key}${seq % 2}`))
    expect(readdirSync(folder)).toHaveLength(2)
    expect(seqs()).toEqual([44, 45])
    expect(readFileSync(listWitness(folder)[0] ?? '').length).toBeGreaterThan(0)
  })
})

describe('two files that say where they begin', () => {
  it('are believed as the later one says: each may have let go of what was old', () => {
    for (const from of [3, 9])
      realFiles.closeSync(beginWitnessFile(folder, { incarnation: 'first', from, through: from }, '').descriptor)
    expect(log()).toEqual({ incarnation: 'first', through: 9, from: 9, rows: [] })
  })
})

describe('no witness', () => {
  it('is no folder, or an empty one', () => {
    expect([log(), top()]).toEqual([undefined, undefined])
    realFiles.mkdirSync(folder)
    expect([log(), top()]).toEqual([undefined, undefined])
  })
})
