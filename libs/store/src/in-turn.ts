import { replaceFile, REAL, withLock } from '@route-server/disk'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expectName } from './paths.ts'

/** What somebody is about to do with a repository. */
export interface Turn {
  readonly what: string
  /** `ana@laptop` */
  readonly who: string
  /** Told whom we wait for. */
  readonly tell: (text: string) => void
}

/** Nobody waits longer; milliseconds. */
const PATIENCE = 3_600_000

/** Does the work while nobody else works on the repository, and waits for them before. Who was killed there keeps nobody waiting. */
export async function inTurn<T>(
  store: string,
  name: string,
  { what, who, tell }: Turn,
  work: () => Promise<T>,
): Promise<T> {
  expectName(name)
  const folder = join(store, '.turns')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const path = join(folder, name)
  const note = `${path}.json`
  const begin = async (): Promise<T> => {
    await replaceFile(note, [JSON.stringify({ what, who, since: new Date().toISOString() })], REAL)
    return work()
  }
  const onWait = async (): Promise<void> => tell(`waiting for ${await othersIn(note)}`)
  return withLock(path, begin, { patience: PATIENCE, onWait })
}

async function othersIn(note: string): Promise<string> {
  try {
    const { what, who, since } = JSON.parse(await readFile(note, 'utf8')) as Record<string, string>
    return `${who ?? 'somebody'}, who is busy with: ${what ?? 'something'} (since ${since ?? 'a while'})`
  } catch {
    return 'somebody else'
  }
}
