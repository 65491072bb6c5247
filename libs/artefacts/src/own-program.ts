import { execFile } from 'node:child_process'
import { open, stat } from 'node:fs/promises'
import { arch, platform } from 'node:os'
import { promisify } from 'node:util'
import { ArtefactError, type Architecture, type Artefact } from './artefact.ts'
import { digestOf } from './digest.ts'

/** What an ELF file says of the processor that it is for. */
const MACHINES: Readonly<Record<number, Architecture>> = { 0x3e: 'x64', 0xb7: 'arm64' }

interface Kind {
  readonly name: 'node' | 'traefik'
  /** What it is asked for its version, and how it answers. */
  readonly ask: string
  readonly answer: RegExp
  /** The oldest that will do. */
  readonly oldest: readonly [major: number, minor: number]
}

export const OWN: Readonly<Record<'node' | 'traefik', Kind>> = {
  node: { name: 'node', ask: '--version', answer: /^v(\d+)\.(\d+)\.\d+/m, oldest: [20, 19] },
  traefik: { name: 'traefik', ask: 'version', answer: /^Version:\s+(\d+)\.(\d+)\.\d+/m, oldest: [3, 7] },
}

/**
 * A program that the operator brought.
 *
 * @throws {ArtefactError} where it can't run on the machine, or is too old
 */
export async function ownProgram({ name, ...kind }: Kind, file: string, architecture: Architecture): Promise<Artefact> {
  const flag = `--${name} ${file}`
  const found = await architectureOf(file, flag)
  if (found !== architecture)
    throw new ArtefactError(
      `${flag}: the machine is ${architecture}, and this is ${found === undefined ? 'no Linux program for it' : `for ${found}`}.`,
    )
  const version = await versionOf(file, kind, architecture)
  const [major = 0, minor = 0] = version?.numbers ?? kind.oldest
  const [oldestMajor, oldestMinor] = kind.oldest
  if (major < oldestMajor || (major === oldestMajor && minor < oldestMinor))
    throw new ArtefactError(
      `${flag}: this is version ${version?.text ?? ''}; ${kind.oldest.join('.')} is the oldest that will do.`,
    )
  return {
    name,
    file,
    sha256: await digestOf(file),
    bytes: (await stat(file)).size,
    version: version?.text ?? 'of your own',
  }
}

async function architectureOf(file: string, flag: string): Promise<Architecture | undefined> {
  try {
    const opened = await open(file)
    try {
      const header = Buffer.alloc(20)
      await opened.read(header, 0, 20, 0)
      return header.subarray(0, 4).equals(Buffer.from('\u007fELF')) ? MACHINES[header.readUInt16LE(18)] : undefined
    } finally {
      await opened.close()
    }
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    const why = { ENOENT: 'there is no such file', EISDIR: 'it is a folder', EACCES: 'this user may not read it' }[
      code ?? ''
    ]
    throw new ArtefactError(`${flag}: ${why ?? String(code)}.`, { cause })
  }
}

/** Nothing where the program can't be run here. */
async function versionOf(
  file: string,
  { ask, answer }: Omit<Kind, 'name'>,
  architecture: Architecture,
): Promise<{ readonly text: string; readonly numbers: readonly number[] } | undefined> {
  if (platform() !== 'linux' || arch() !== architecture) return undefined
  try {
    const { stdout } = await promisify(execFile)(file, [ask], { timeout: 20_000 })
    const found = answer.exec(stdout)
    return found ? { text: found[0].replace(/^\D+/, ''), numbers: [Number(found[1]), Number(found[2])] } : undefined
  } catch {
    return undefined
  }
}
