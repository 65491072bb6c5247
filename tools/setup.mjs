/** Installs the packages that package-lock.json names, once. Node's own modules only: nothing else is there yet. */
import { createHash } from 'node:crypto'
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'

const root = new URL('..', import.meta.url)
const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`The route server needs Node 20.19 or newer; this is ${process.version}.`)
  process.exit(1)
}

const stamp = new URL('node_modules/.setup', root)
const wanted = createHash('sha256')
  .update(readFileSync(new URL('package-lock.json', root)))
  .update(process.version)
  .digest('hex')
if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) process.exit(0)

console.error('Installing packages (once) …')
const { status } = spawnSync(
  'npm',
  ['ci', '--include=dev', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'],
  { cwd: root, stdio: ['ignore', 2, 2] },
)
if (status !== 0) {
  console.error('npm ci failed; its message is above. Is a package registry within reach?')
  process.exit(status ?? 1)
}
writeFileSync(stamp, wanted)
