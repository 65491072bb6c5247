import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readCase } from './case.ts'
import type { Case } from './case.ts'

/** A file in the folder of cases. */
export interface CaseFile {
  readonly file: string
  /** Throws where the file is no case. */
  readonly read: () => Case
  /** Replaces its text by what this makes of it. */
  readonly rewrite: (change: (source: string) => string) => void
}

/** The files of a folder by name, each read when it is first asked for. `unfinished`: they needn't expect anything yet. */
export function caseFilesIn(folder: string, unfinished = false): readonly CaseFile[] {
  return readdirSync(folder)
    .sort()
    .map((file) => {
      let known: Case | undefined
      const path = join(folder, file)
      return {
        file,
        read: () => (known ??= readCase(file, readFileSync(path, 'utf8'), unfinished)),
        rewrite(change) {
          const source = readFileSync(path, 'utf8')
          const next = change(source)
          if (next !== source) writeFileSync(path, next)
        },
      }
    })
}

/** The file's name and the behaviour, where there is one to read. */
export function titleOf({ file, read }: CaseFile): string {
  try {
    return `${file}: ${read().about}`
  } catch {
    return file
  }
}

/** What makes two cases the same: all that goes in, or the sentence. */
const SAMENESS = [
  ({ containers, settings, options }: Case): string => JSON.stringify([containers, settings, options]),
  ({ about }: Case): string => about,
]

/** Throws unless there are cases, and each only once. */
export function checkFolder(files: readonly CaseFile[], folder: string): void {
  assert.ok(files.length > 0, `There are no cases in ${folder}.`)
  for (const keyOf of SAMENESS) {
    const seen = new Map<string, string>()
    for (const { file, read } of files) {
      const key = keyOf(read())
      const other = seen.get(key)
      assert.ok(other === undefined, `${file} repeats ${other ?? ''}; one behaviour is one file.`)
      seen.set(key, file)
    }
  }
}
