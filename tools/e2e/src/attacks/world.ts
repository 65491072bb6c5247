import { eventually, httpGet, startTraefik, type RealTraefik } from '@route-server/testbed'
import type { Container } from '@route-server/plugin-api'
import { createHash } from 'node:crypto'
import { rm, writeFile } from 'node:fs/promises'
import { giveOperatorsFile } from './operators-file.ts'
import { TOKEN, USERS_FILE } from './places.ts'
import { startRecorder, type Recorder } from '../recorder.ts'
import { RAW_PORTS, startRouteServer, type RouteServer, type RouteServerOptions } from './route-server.ts'
import { INNOCENT_HOST, innocentAt, STEP_HEADER } from './tenants.ts'
import { startUpstreams, type Upstreams } from './upstreams.ts'

/** What all attacks have in common. */
export interface World {
  readonly traefik: RealTraefik
  readonly recorder: Recorder
  readonly upstreams: Upstreams
  /** Starts a route server; it ends when Traefik polls another one. */
  host(options: RouteServerOptions): Promise<RouteServer>
  /** Lets the route server have these containers, and the innocent. From then on Traefik polls that one. */
  show(routeServer: RouteServer, containers: readonly Container[]): void
  /** Lets the route server that is polled have these, without anything new about the innocent. */
  change(containers: readonly Container[]): void
  /** Resolves when Traefik routes by what was shown last, as the innocent's visitors see it. To be asked at once. */
  reached(): Promise<void>
  /** The same as Traefik's API has it, whoever is answered by whom; it is so a moment later. */
  taken(): Promise<void>
  close(): Promise<void>
}

const sha1 = (text: string): string => `{SHA}${createHash('sha1').update(text).digest('base64')}`

/** Starts everything but a route server. */
export async function startWorld(directory: string): Promise<World> {
  await writeFile(USERS_FILE, `operator:${sha1('secret')}\n`)
  const [upstreams, recorder] = await Promise.all([startUpstreams(), startRecorder()])
  const traefik = await startTraefik({
    directory,
    routesUrl: `${recorder.url}/routes.yaml`,
    headers: { Authorization: `Bearer ${TOKEN}` },
    entryPoints: RAW_PORTS,
    pollInterval: '25ms',
    throttle: '5ms',
  })
  await giveOperatorsFile(traefik, directory)
  const hosted = new Set<RouteServer>()
  let polled: RouteServer | undefined
  let steps = 0
  let innocent = innocentAt('')
  let step = ''

  async function isAnsweredByIt(): Promise<boolean> {
    const { headers } = await httpGet({ entryPoint: traefik.entryPoint('websecure'), host: INNOCENT_HOST })
    return headers[STEP_HEADER] === step
  }

  const isHeldByIt = async (): Promise<boolean> =>
    JSON.stringify(await traefik.api('/api/http/middlewares')).includes(step)

  async function untilIt(isSeen: () => Promise<boolean>): Promise<void> {
    await recorder.handed(step)
    await eventually(
      async () => {
        if (!(await isSeen())) throw new Error(`Traefik isn't on ${step}`)
      },
      { deadline: 10_000, every: 10 },
    )
  }

  return {
    traefik,
    recorder,
    upstreams,
    async host(options) {
      const routeServer = await startRouteServer(options)
      hosted.add(routeServer)
      return routeServer
    },
    show(routeServer, containers) {
      steps += 1
      step = `step-${steps}.`
      innocent = innocentAt(step)
      routeServer.show([...containers, innocent])
      if (routeServer === polled) return
      recorder.from(routeServer.address)
      // Not before there is another one: Traefik asks less often after a failure.
      const last = polled
      if (last) void last.close().then(() => hosted.delete(last))
      polled = routeServer
    },
    change(containers) {
      polled?.show([...containers, innocent])
    },
    reached: () => untilIt(isAnsweredByIt),
    taken: () => untilIt(isHeldByIt),
    async close() {
      await traefik.kill()
      const parts = [...hosted, recorder, upstreams]
      await Promise.all([...parts.map((part) => part.close()), rm(USERS_FILE, { force: true })])
    },
  }
}
