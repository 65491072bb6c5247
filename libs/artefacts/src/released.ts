import ky from 'ky'
import { randomBytes } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { ArtefactError, type Architecture, type Artefact, type Tell } from './artefact.ts'
import { digestOf, hashing } from './digest.ts'
import type { Packed, Release } from './pinned.ts'
import { unpack } from './unpack.ts'

const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`

/**
 * A released program from the cache, or from its registry. What is in the cache is hashed before it is believed; what comes is, before it
 * gets there.
 *
 * @throws {ArtefactError} where it can't be had
 */
export async function released(
  { name, title, version, packed }: Release,
  architecture: Architecture,
  cacheFolder: string,
  tell: Tell,
): Promise<Artefact> {
  const from = packed[architecture]
  const file = join(cacheFolder, 'programs', from.program, name)
  if (!(await isWhole(file, from.program)))
    await fetchProgram(from, file, { tell, what: `${title} ${version}`, flag: `--${name}` })
  return { name, file, sha256: from.program, bytes: (await stat(file)).size, version }
}

const isWhole = (file: string, digest: string): Promise<boolean> =>
  digestOf(file).then(
    (found) => found === digest,
    () => false,
  )

interface Words {
  readonly tell: Tell
  readonly what: string
  readonly flag: string
}

async function fetchProgram(from: Packed, file: string, { tell, what, flag }: Words): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  const draft = `${file}.${randomBytes(6).toString('hex')}`
  const archive = `${draft}.package`
  const refuse = (why: string, cause?: unknown): ArtefactError =>
    new ArtefactError(`${what} can't be had from ${from.url}: ${why}. Give it as a file: ${flag} FILE.`, { cause })
  try {
    const packed = hashing((bytes) =>
      tell({ what: `Getting ${what}`, detail: `${megabytes(bytes)} of ${megabytes(from.bytes)}` }),
    )
    try {
      const { body } = await ky.get(from.url, { timeout: 60_000, retry: 2 })
      if (!body) throw new Error('the answer is empty')
      await pipeline(Readable.fromWeb(body), packed.stream, createWriteStream(archive))
    } catch (cause) {
      throw refuse(reasonOf(cause), cause)
    }
    if (packed.digest() !== from.sha256) throw refuse('what came has another SHA-256 than it has to have')
    tell({ what: `Unpacking ${what}` })
    const program = hashing()
    const isThere = await unpack(archive, from, (content) =>
      pipeline(content, program.stream, createWriteStream(draft, { mode: 0o755 })),
    )
    if (!isThere || program.digest() !== from.program) throw refuse('the program in it is another')
    await rename(draft, file)
  } finally {
    await rm(archive, { force: true })
    await rm(draft, { force: true })
  }
}

/** fetch hides why behind "fetch failed". */
function reasonOf(error: unknown): string {
  const { message, cause } = error as Error
  return cause instanceof Error && cause.message !== '' ? cause.message : message
}
