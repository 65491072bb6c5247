import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { copyFile, cp, mkdir, mkdtemp, readdir, readFile, realpath, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { cacheDirectory } from './directory.ts'
import { callEngine } from './engine.ts'
import { workspaceFile } from './executables.ts'

const run = promisify(execFile)

/** The image of every test container: this process's Node and the echo program; see echo-image/echo.mjs for its arguments. */
export const ECHO_IMAGE = 'echo:1'

const SOURCE = workspaceFile('tools/testbed/src/echo-image')
const CHANGES = ['ENTRYPOINT ["/usr/bin/node","/echo.mjs"]', 'ENV PATH=/usr/bin']

/** Loads `echo:1` into the daemon on `socket`, without a registry: under a second. */
export async function loadEchoImage(socket: string): Promise<void> {
  const [repo = '', tag = ''] = ECHO_IMAGE.split(':')
  const query = new URLSearchParams({ fromSrc: '-', repo, tag })
  for (const change of CHANGES) query.append('changes', change)
  const answer = await callEngine(socket, {
    method: 'POST',
    path: `/images/create?${query.toString()}`,
    upload: await echoArchive(),
  })
  // The status line goes out before the work is done, so a failure is in the text.
  if (answer.includes('"error"')) throw new Error(`${ECHO_IMAGE} could not be imported: ${answer.trim()}`)
}

/** The image's archive (about 100 MB), built once per machine, Node version and echo program. */
async function echoArchive(): Promise<string> {
  const archive = join(cacheDirectory(), `echo-image-${await fingerprint()}.tar`)
  if (!existsSync(archive)) await buildArchive(archive)
  return archive
}

async function fingerprint(): Promise<string> {
  const hash = createHash('sha256').update(`${process.version} ${process.arch} ${process.execPath}`)
  for (const file of (await readdir(SOURCE)).sort()) hash.update(await readFile(join(SOURCE, file)))
  return hash.digest('hex').slice(0, 16)
}

async function buildArchive(archive: string): Promise<void> {
  await mkdir(cacheDirectory(), { recursive: true })
  const work = await mkdtemp(join(cacheDirectory(), 'build-'))
  try {
    const tree = join(work, 'tree')
    await cp(SOURCE, tree, { recursive: true })
    const node = await realpath(process.execPath)
    for (const file of await sharedLibraries(node)) await copyInto(tree, file, file)
    await copyInto(tree, node, '/usr/bin/node')
    await run('tar', ['-C', tree, '--owner=0', '--group=0', '-cf', join(work, 'image.tar'), '.'])
    await rename(join(work, 'image.tar'), archive)
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

async function copyInto(tree: string, file: string, path: string): Promise<void> {
  await mkdir(dirname(join(tree, path)), { recursive: true })
  await copyFile(file, join(tree, path))
}

/** The paths in lines such as `libm.so.6 => /lib/libm.so.6 (0x…)` and `/lib64/ld-linux-x86-64.so.2 (0x…)`. */
async function sharedLibraries(executable: string): Promise<string[]> {
  const { stdout } = await run('ldd', [executable])
  return [...stdout.matchAll(/(\/\S+) \(0x/g)].map(([, path = '']) => path)
}
