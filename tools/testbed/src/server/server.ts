import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { makeTestDirectory } from '../directory.ts'
import { startDockerd, type DockerdOptions, type RealDaemon } from '../dockerd.ts'
import { workspaceFile } from '../executables.ts'
import { boot, type BootedSystem } from './boot.ts'
import { openClient, type Client, type Listener, type OpenClient } from './client.ts'
import { openNamespace } from './namespace.ts'
import type { Outcome, RunSettings } from './outcome.ts'
import { makeSshMaterial, type SshMaterial } from './ssh-material.ts'
import { makeTree, type TreeOptions } from './tree.ts'
import { ADDRESSES, cut, mend, wire } from './wiring.ts'

/** A server to boot, and the small internet around it. */
export interface ServerOptions extends TreeOptions {
  /** The public IPv4 address is on no interface of the server: what comes for it is handed on to its own, 10.0.0.5. */
  nat?: boolean
  /** What answers on the internet side beside the client, in this process. */
  listeners?: readonly Listener[]
}

/** A throw-away server, a client, and a cable. Its `exec` is root's; people come by ssh from the client. */
export interface TestServer extends BootedSystem {
  /** Its files, its daemons' and the client's, on this machine; those of the server itself are seen only by `exec`. */
  readonly directory: string
  /** The public ones: 203.0.113.50 and 2001:db8::1. */
  readonly address: string
  readonly addressV6: string
  /** The IPv4 one on its interface. */
  readonly primaryAddress: string
  /** Its network namespace, as a path. */
  readonly netns: string
  readonly ssh: SshMaterial
  readonly client: Client
  /** `rdc ARGS` on the client: `dist/rdc.mjs` with a home folder and a configuration folder of its own. */
  rdc(...args: readonly string[]): Promise<Outcome>
  /** The same with input, environment or a signal. */
  rdcWith(settings: RunSettings, ...args: readonly string[]): Promise<Outcome>
  /** Its configuration folder. */
  readonly rdcFolder: string
  /** A dockerd whose containers are the server's; inside, its socket is in /run/rediacc. It's closed with the server. */
  startDockerd(options: Pick<DockerdOptions, 'networkId' | 'liveRestore'>): Promise<RealDaemon>
  /** Cuts the cable: what was sent is lost and nobody is told; connections live on if it's plugged in again soon enough. */
  unplug(): Promise<void>
  plugIn(): Promise<void>
  /** Ends everything and removes every trace. */
  close(): Promise<void>
}

/**
 * Boots one, and resolves when sshd listens: about 1.5 s. Several at once don't meet, but for memory. Needs root.
 * Whatever happens to this process, nothing of it stays but empty folders in the temporary one.
 */
export async function startServer(options: ServerOptions = {}): Promise<TestServer> {
  const { nat = false, sshPort = 22, listeners = [], trust } = options
  const folder = makeTestDirectory()
  const directory = folder.path
  const closing: (() => Promise<unknown>)[] = [() => folder.remove()]
  const close = async (): Promise<void> => {
    const failures: unknown[] = []
    for (const step of closing.splice(0).reverse()) await step().catch((error: unknown) => failures.push(error))
    if (failures.length > 0) throw failures[0]
  }
  const opened = <T extends { close(): Promise<unknown> }>(thing: T): T => {
    closing.push(() => thing.close())
    return thing
  }
  try {
    const sockets = join(directory, 'sockets')
    const clientFolder = join(directory, 'client')
    const rdcFolder = join(clientFolder, 'rdc')
    await Promise.all([mkdir(sockets, { mode: 0o755 }), mkdir(clientFolder)])
    const ssh = await makeSshMaterial(directory, sshPort)
    const ofServer = opened(await openNamespace(directory, 'server'))
    const ofClient = opened(await openNamespace(directory, 'client'))
    await wire(ofServer, ofClient, nat)
    const client: OpenClient = opened(
      await openClient(ofClient, {
        directory: clientFolder,
        ssh: ssh.folder,
        resolver: ADDRESSES.resolver,
        listeners,
        trust,
      }),
    )
    const root = await makeTree(ofServer, directory, ssh, options)
    const binds = [[sockets, '/run/rediacc']] as const
    const system = await boot({
      directory,
      root,
      namespace: ofServer,
      binds,
      runsDockerd: options.dataMebibytes !== undefined,
    })
    closing.push(() => system.cutPower())

    const rdc = workspaceFile('dist/rdc.mjs')
    const rdcWith = (settings: RunSettings, ...args: readonly string[]): Promise<Outcome> => {
      if (!existsSync(rdc)) throw new Error(`${rdc} is not there; run \`npm run build\`.`)
      return client.run([process.execPath, rdc, ...args], {
        ...settings,
        env: { REDIACC_CONFIG_DIR: rdcFolder, ...settings.env },
      })
    }
    return {
      ...system,
      directory,
      address: ADDRESSES.server,
      addressV6: ADDRESSES.serverV6,
      primaryAddress: nat ? ADDRESSES.primary : ADDRESSES.server,
      netns: ofServer.net,
      ssh,
      client,
      rdc: (...args) => rdcWith({}, ...args),
      rdcWith,
      rdcFolder,
      unplug: () => cut(ofClient),
      plugIn: () => mend(ofClient),
      startDockerd: async (daemon) =>
        opened(await startDockerd({ ...daemon, directory: sockets, netns: ofServer.net })),
      close,
    }
  } catch (error) {
    await close().catch(() => undefined)
    throw error
  }
}
