import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { startBrowser } from '@route-server/testbed/browser'
import { makeTestDirectory, startDemo, startTraefik, workspaceFile } from '@route-server/testbed/parts'

// Run by `npm run pictures`: what two commands print of the demo and a real Traefik, as a terminal shows it, for docs/images.

const PROGRAM = workspaceFile('dist/route-server.mjs')
const WIDTH = 1100

interface Terminal {
  /** As it is typed. */
  readonly command: string
  readonly output: string
}

function run(args: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    // Their exit status tells what they found.
    execFile(process.execPath, [PROGRAM, ...args], (_error, stdout, stderr) => resolve(stderr + stdout))
  })
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')

const pageOf = ({ command, output }: Terminal): string => `<!doctype html>
<style>
  body { margin: 0; background: #fff }
  pre { margin: 12px; padding: 18px 22px; border-radius: 10px; background: #1b1f27; color: #e3e6ea; white-space: pre-wrap;
        overflow-wrap: anywhere; font: 13px/1.5 "DejaVu Sans Mono", monospace }
  b { color: #fff }
  i { color: #8fbf7f; font-style: normal }
</style>
<pre><i>$</i> <b>${escaped(command)}</b>
${escaped(output.trimEnd())}</pre>`

const folder = makeTestDirectory()
const demo = await startDemo()
const traefik = await startTraefik({ directory: folder.path, routesUrl: `${demo.url}/routes.yaml` })
const browser = await startBrowser()
try {
  await traefik.waitFor(({ routers = {} }) => Object.keys(routers).some((name) => name.endsWith('web-2816@http')))
  const { host, port } = traefik.entryPoint('traefik')
  const where = ['--state-dir', demo.stateDir, '--traefik-api', `http://${host}:${port}`]
  for (const [name, ...args] of [
    ['explain', 'explain', 'blog.localhost'],
    ['doctor', 'doctor'],
  ] as const) {
    const output = await run([...args, ...where])
    const page = await browser.newPage({ viewport: { width: WIDTH, height: 100 } })
    await page.setContent(pageOf({ command: `route-server ${args.join(' ')}`, output }))
    await page.screenshot({ path: join(workspaceFile('docs/images'), `${name}.png`), fullPage: true })
    await page.close()
  }
} finally {
  await browser.close()
  await traefik.close()
  await demo.close()
  await folder.remove()
}
