import { codeOf, leftovers, REAL, removeFile, replaceFile, withLock } from '@route-server/disk'
import {
  ConfigError,
  parseYaml,
  positionOf,
  problemsOf,
  readYaml,
  showPath,
  type Source,
} from '@route-server/disk/reading'
import { nearest } from '@route-server/traefik'
import { access, constants, mkdir, realpath } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { keptOf, type Kept } from './kept.ts'
import { MachineError } from './machine-error.ts'
import type { Machine } from './machine.ts'
import { fileSchema } from './schema.ts'

/** The machines that this user knows: one YAML file in one folder. */
export interface MachineStore {
  /** Absolute path of the file, whether it is there or not. */
  readonly file: string
  readonly folder: string
  /** In the file's order. @throws {ConfigError} with each problem's place in the file */
  list(): Promise<readonly Machine[]>
  /** @throws {MachineError} where there is none of that name, with what was probably meant */
  find(name: string): Promise<Machine>
  /**
   * Changes one machine while nobody else changes any. What else stands in the file stays, comments and order too.
   *
   * @param change what was there to what shall be: another machine of the same name, or nothing
   */
  change(
    name: string,
    change: (before: Machine | undefined, known: readonly string[]) => Machine | undefined,
  ): Promise<Changed>
}

export interface Changed {
  readonly before?: Machine
  readonly after?: Machine
}

const NEW_FILE = `# The machines that rdc knows. \`rdc context add-machine\`, \`set-infra\` and \`remove-machine\` write it; so may you.
# No secret is in it: Cloudflare tokens have files of their own in secrets/.
machines: {}
`

export function openMachines(folder: string): MachineStore {
  const file = join(folder, 'machines.yaml')
  return {
    file,
    folder,
    // Asynchronous, so that what is wrong with the file is a rejection.
    list: () => Promise.resolve().then(() => read(file).machines),
    async find(name) {
      const machines = await this.list()
      const found = machines.find((machine) => machine.name === name)
      if (!found)
        throw noSuchMachine(
          name,
          machines.map((machine) => machine.name),
        )
      return found
    },
    async change(name, change) {
      await makeFolder(folder)
      // A link to a file elsewhere stays one.
      const target = await realpath(file).catch(() => file)
      return withLock(target, async () => {
        const { source, machines } = read(file)
        const before = machines.find((machine) => machine.name === name)
        const after = change(
          before,
          machines.map((machine) => machine.name),
        )
        if (!isDeepStrictEqual(before, after)) {
          const wanted = [...machines.filter((machine) => machine !== before), ...(after ? [after] : [])]
          for (const left of await leftovers(target)) await removeFile(join(dirname(target), left), REAL)
          await replaceFile(target, [edited(source, name, before, after, wanted)], REAL)
        }
        return { ...(before && { before }), ...(after && { after }) }
      })
    },
  }
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await access(folder, constants.W_OK)
  } catch (cause) {
    const why =
      { EACCES: "this user isn't allowed to", EROFS: 'its file system is read-only' }[codeOf(cause)] ?? codeOf(cause)
    const cure = 'Choose another folder with REDIACC_CONFIG_DIR.'
    throw new MachineError([`${folder} can't be written to: ${why}. ${cure}`], { cause })
  }
}

/** The error for a machine that isn't known. */
export function noSuchMachine(name: string, known: readonly string[]): MachineError {
  const meant = nearest(name, known)
  const advice =
    meant === undefined ? `; add it with: rdc context add-machine ${name} --ip ADDRESS` : `; did you mean \`${meant}\`?`
  return new MachineError([`no machine \`${name}\`${advice}`])
}

function read(file: string): { readonly source: Source; readonly machines: readonly Machine[] } {
  const { data, source } = open(file)
  const result = fileSchema.safeParse(data)
  if (result.success) return { source, machines: result.data }
  throw new ConfigError(
    result.error.issues
      .flatMap((issue) => problemsOf(issue, data))
      .map(({ path, part, text }) => `${`${positionOf(source, path, part)} ${showPath(path)}`.trimEnd()}: ${text}`),
  )
}

function open(file: string): ReturnType<typeof readYaml> {
  try {
    return readYaml(file, 'file of machines')
  } catch (error) {
    if (error instanceof ConfigError && codeOf(error.cause) === 'ENOENT') return parseYaml(file, NEW_FILE)
    throw error
  }
}

/** The file's text with one machine changed; only what differs is touched. */
function edited(
  source: Source,
  name: string,
  before: Machine | undefined,
  after: Machine | undefined,
  wanted: readonly Machine[],
): string {
  const text = write(source, name, before, after)
  // Anchors and merge keys may let one change reach several machines.
  if (text === undefined || !isDeepStrictEqual(byName(machinesIn(source.file, text)), byName(wanted)))
    throw new MachineError([
      `${source.file}: the anchors or merge keys in it keep rdc from changing \`${name}\` alone. Write them out, and try again.`,
    ])
  return text
}

function machinesIn(file: string, text: string): readonly Machine[] | undefined {
  return fileSchema.safeParse(parseYaml(file, text).data).data
}

const byName = (machines: readonly Machine[] = []): ReadonlyMap<string, Machine> =>
  new Map(machines.map((machine) => [machine.name, machine]))

function write(
  { document, text }: Source,
  name: string,
  before: Machine | undefined,
  after: Machine | undefined,
): string | undefined {
  try {
    const at = ['machines', name]
    // As the user has them: { a: b } or {a: b}.
    const padded = /[[{] \S/.test(text)
    if (after === undefined) document.deleteIn(at)
    else if (before === undefined) {
      if (isEmpty(document.getIn(['machines']))) document.setIn(['machines'], document.createNode({}))
      document.setIn(at, document.createNode({ ssh: keptOf(after).ssh }))
      writeSection(document, [...at, 'infra'], {}, keptOf(after).infra)
    } else
      for (const part of ['ssh', 'infra'] as const)
        writeSection(document, [...at, part], keptOf(before)[part], keptOf(after)[part])
    return document.toString({ lineWidth: 0, flowCollectionPadding: padded })
  } catch {
    return undefined
  }
}

/** No machines yet: nothing, or `{}`. */
const isEmpty = (node: unknown): boolean =>
  node === null ||
  node === undefined ||
  (typeof node === 'object' && 'items' in node && (node.items as readonly unknown[]).length === 0)

function writeSection(document: Source['document'], at: readonly string[], before: Kept, after: Kept): void {
  if (isEmpty(document.getIn(at)) && Object.keys(after).length > 0) document.setIn(at, document.createNode({}))
  for (const key of Object.keys(before)) if (!(key in after)) document.deleteIn([...at, key])
  for (const [key, value] of Object.entries(after))
    if (!isDeepStrictEqual(before[key], value)) {
      document.setIn([...at, key], Array.isArray(value) ? listNode(document, [...at, key], value) : value)
    }
}

/** A list on one line, with the comments of the one that it replaces. */
function listNode(document: Source['document'], at: readonly string[], items: readonly unknown[]): unknown {
  const node = document.createNode(items, { flow: true })
  const replaced = document.getIn(at, true)
  if (
    typeof replaced === 'object' &&
    replaced !== null &&
    'comment' in replaced &&
    typeof replaced.comment === 'string'
  )
    node.comment = replaced.comment
  return node
}
