import dockerignore from '@balena/dockerignore'
import { codeOf } from '@route-server/disk'
import { existsSync, readFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Entries, Entry } from './entry.ts'
import { entryOf } from './entry-of.ts'
import { SyncError } from './sync-error.ts'

/** Never sent: git's own, and what a repository keeps for itself on each computer. */
const NEVER = ['.git', '.rediacc', '.rediacc.json']

/** A `.dockerignore` is about images. What is needed to run stays, whatever it says, as Docker's own two files do. */
const ALWAYS = [
  '!Rediaccfile',
  '!*/Rediaccfile',
  '!**/compose*.y*ml',
  '!**/docker-compose*.y*ml',
  '!**/.env',
  '!**/Dockerfile*',
  '!**/.dockerignore',
]

/**
 * Everything in a folder that goes to the machine: its files and links, without what `.rediaccignore` names, or else `.dockerignore`.
 *
 * @throws {SyncError} with what can't be read
 */
export async function collect(folder: string): Promise<Entries> {
  const patterns = patternsOf(folder)
  const ignored = dockerignore.default({ ignorecase: false }).add([...patterns])
  // A pattern with ! may bring back what is in a folder that is left out.
  const mayHoldMore = patterns.some((pattern) => pattern.startsWith('!'))
  const entries: [string, Entry][] = []
  const problems: string[] = []
  async function walk(below: string): Promise<void> {
    for (const entry of await readdir(join(folder, below), { withFileTypes: true })) {
      const path = below === '' ? entry.name : `${below}/${entry.name}`
      if (NEVER.includes(entry.name)) continue
      try {
        if (entry.isDirectory()) {
          if (!ignored.ignores(path) || mayHoldMore) await walk(path)
        } else if (!ignored.ignores(path)) {
          const found = await entryOf(join(folder, path))
          if (found && 'link' in found && found.link.startsWith('/'))
            problems.push(
              `${path}: it is a link to ${found.link}, which the machine hasn't; exclude it by .rediaccignore, or make the link relative`,
            )
          else if (found) entries.push([path, found])
        }
      } catch (error) {
        if (codeOf(error) !== 'EACCES') throw error
        problems.push(`${path}: this user may not read it; exclude it by a line in .rediaccignore`)
      }
    }
  }
  await walk('')
  if (problems.length > 0) throw new SyncError(problems.join('\n'))
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)))
}

function patternsOf(folder: string): readonly string[] {
  const own = join(folder, '.rediaccignore')
  if (existsSync(own)) return linesOf(own)
  const dockers = join(folder, '.dockerignore')
  return existsSync(dockers) ? [...linesOf(dockers), ...ALWAYS] : []
}

const linesOf = (file: string): readonly string[] => readFileSync(file, 'utf8').split(/\r?\n/)
