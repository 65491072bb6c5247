import { codeOf, LockError, replaceFile, REAL, withLock, type FileSystem } from '@route-server/disk'
import type { NetworkId } from '@route-server/plugin-api'
import { applyEdits, findNodeAtLocation, modify, parseTree } from 'jsonc-parser'
import { existsSync, readFileSync } from 'node:fs'
import { lstat, mkdir, realpath, stat, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { parseRepository, type RepositoryContent } from './parse-file.ts'
import { RepositoryError } from './repository-error.ts'
import { allocate, type Slots } from './slots.ts'

export const REPOSITORY_FILE = '.rediacc.json'
/** Where those who take turns leave their small files: a folder that git overlooks by itself. */
const LOCKS = '.rediacc'

/** The nearest `.rediacc.json`, in the folder or above it. */
export function findRepositoryFile(folder: string): string | undefined {
  for (let here = resolve(folder); ; here = dirname(here)) {
    const file = join(here, REPOSITORY_FILE)
    if (existsSync(file)) return file
    if (dirname(here) === here) return undefined
  }
}

/**
 * What a repository's file says; one that isn't there says nothing.
 *
 * @throws {RepositoryError} with file, line and column of what is wrong
 */
export function readRepository(file: string): RepositoryContent {
  const text = textOf(file)
  return text === undefined ? { slots: new Map() } : parseRepository(file, text)
}

/**
 * The slots of the file, with one for each of the services; those that are new are written to it. What else stands in the file stays as it is.
 * Two at once take turns.
 *
 * @throws {RepositoryError} where the file can't be used or written; it is then as it was
 */
export async function keepSlots(file: string, services: readonly string[], fs: FileSystem = REAL): Promise<Slots> {
  const before = readRepository(file).slots
  if (services.every((service) => before.has(service))) return before
  return change(file, fs, ({ slots }) => {
    const added = allocate(slots, services, file)
    return {
      slots: new Map([...slots, ...added]),
      edits: [...added].map(([name, slot]) => [['services', name, 'slot'], slot]),
    }
  })
}

/**
 * Frees a service's slot; the next new service may get it.
 *
 * @throws {RepositoryError} where there is no such service
 */
export async function releaseSlot(file: string, service: string, fs: FileSystem = REAL): Promise<Slots> {
  return change(file, fs, ({ slots }, text) => {
    if (!slots.has(service)) throw unknownService(file, service, slots)
    const root = parseTree(text)
    const entry = root && findNodeAtLocation(root, ['services', service])
    const isAlone = entry?.children?.length === 1
    const path = ['services', service, ...(isAlone ? [] : ['slot'])]
    return { slots: new Map([...slots].filter(([name]) => name !== service)), edits: [[path, undefined]] }
  })
}

/**
 * Makes the file say this network, and takes over the slots of services that it doesn't know yet, where nobody has them. No slot of its own
 * changes. It is done by root in a folder that containers may write to, so no link is followed.
 *
 * @returns services whose slot here is another one than theirs
 */
export async function adopt(
  file: string,
  { networkId, slots = new Map() }: { readonly networkId: NetworkId; readonly slots?: Slots },
  fs: FileSystem = REAL,
): Promise<readonly string[]> {
  for (const path of [file, join(dirname(file), LOCKS)])
    if ((await lstat(path).catch(() => undefined))?.isSymbolicLink())
      throw new RepositoryError([
        `${path}: this is a link, and may lead anywhere. Remove it; what it leads to is as it was.`,
      ])
  const kept = await change(file, fs, (content) => {
    const taken = new Set(content.slots.values())
    const added = [...slots].filter(([name, slot]) => !content.slots.has(name) && !taken.has(slot))
    return {
      slots: new Map([...content.slots, ...added]),
      edits: [
        ...(content.networkId === networkId ? [] : [[['networkId'], networkId] as const]),
        ...added.map(([name, slot]) => [['services', name, 'slot'], slot] as const),
      ],
    }
  })
  return [...slots].filter(([name, slot]) => kept.get(name) !== slot).map(([name]) => name)
}

interface Change {
  readonly slots: Slots
  readonly edits: readonly (readonly [path: readonly string[], value: unknown])[]
}

async function change(
  file: string,
  fs: FileSystem,
  work: (content: RepositoryContent, text: string) => Change,
): Promise<Slots> {
  try {
    // A link to a file elsewhere stays one.
    const target = await realpath(file).catch(() => file)
    return await withLock(join(await lockFolder(dirname(target)), 'slots'), async () => {
      const text = textOf(target) ?? '{}\n'
      const { slots, edits } = work(parseRepository(file, text), text)
      await write(target, edited(text, edits), fs)
      return slots
    })
  } catch (error) {
    if (error instanceof RepositoryError) throw error
    if (error instanceof LockError) throw new RepositoryError([error.message], { cause: error })
    throw new RepositoryError(
      [`${file}: the slots can't be kept: ${(error as Error).message}. The file is as it was.`],
      {
        cause: error,
      },
    )
  }
}

async function lockFolder(folder: string): Promise<string> {
  const path = join(folder, LOCKS)
  await mkdir(path, { recursive: true })
  await writeFile(join(path, '.gitignore'), '*\n', { flag: 'wx' }).catch((error: unknown) => {
    if (codeOf(error) !== 'EEXIST') throw error
  })
  return path
}

/** As the user has it: indented by two, or by what the file is indented by. */
function edited(text: string, edits: Change['edits']): string {
  const [, indent = '  '] = /^([ \t]+)\S/m.exec(text) ?? []
  const formattingOptions = {
    insertSpaces: !indent.startsWith('\t'),
    tabSize: indent.startsWith('\t') ? 1 : indent.length,
    eol: text.includes('\r\n') ? '\r\n' : '\n',
  }
  return edits.reduce(
    (now, [path, value]) => applyEdits(now, modify(now, [...path], value, { formattingOptions })),
    text,
  )
}

/** The file keeps its owner and its permissions; a new one may be read by everybody, and belongs to whoever has the folder. */
async function write(file: string, text: string, fs: FileSystem): Promise<void> {
  const before = await stat(file).catch(() => undefined)
  const { uid, gid } = before ?? (await stat(dirname(file)))
  await replaceFile(file, [text], fs, {
    mode: before ? before.mode & 0o777 : 0o644,
    ...(process.getuid?.() === 0 && { owner: { uid, gid } }),
  })
}

function textOf(file: string): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file))
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw new RepositoryError([`${file}: it can't be read: ${(error as Error).message}.`], { cause: error })
  }
}

function unknownService(file: string, service: string, slots: Slots): RepositoryError {
  const known = slots.size === 0 ? 'It has none.' : `It has: ${[...slots.keys()].join(', ')}.`
  return new RepositoryError([`${file}: no slot is kept for \`${service}\`. ${known}`])
}
