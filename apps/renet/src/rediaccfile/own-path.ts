import { chmodSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'

/** Calls `use` with a PATH on which `renet` is this very program. */
export async function withRenetOnPath<T>(path: string, use: (path: string) => Promise<T>): Promise<T> {
  const program = realpathSync(process.argv[1] ?? '')
  if (path.split(delimiter).some((folder) => isProgram(join(folder, 'renet'), program))) return use(path)
  const folder = mkdtempSync(join(tmpdir(), 'renet-'))
  try {
    const file = join(folder, 'renet')
    writeFileSync(file, `#!/bin/sh\nexec ${quoted(process.execPath)} ${quoted(program)} "$@"\n`)
    chmodSync(file, 0o755)
    return await use([folder, path].join(delimiter))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`

function isProgram(file: string, program: string): boolean {
  try {
    return realpathSync(file) === program
  } catch {
    return false
  }
}
