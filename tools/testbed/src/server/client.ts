import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createConnection, type Socket } from 'node:net'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import type { Endpoint, UdpQuestion } from '../clients.ts'
import { workspaceFile } from '../executables.ts'
import { startProcess, untilReady, type ProcessOptions, type RunningProcess } from '../process.ts'
import type { Namespace } from './namespace.ts'
import { finish, type Outcome, type RunSettings } from './outcome.ts'

/** A question as a person's own tools would ask it. */
export interface FetchOptions {
  /** A PEM file with the roots that are trusted instead of the system's. */
  ca?: string
  method?: string
  body?: string
  headers?: Readonly<Record<string, string>>
  /** Connects there, whatever the URL's host. */
  address?: string
  /** Accepts every certificate. */
  insecure?: boolean
}

/** The answer to it, or why there is none. */
export interface FetchOutcome {
  /** 0: there was no answer. */
  status: number
  body: string
  location?: string
  /** What went wrong, in curl's words. */
  error?: string
  /** Where the answer came from. */
  address?: string
}

/** A listener on the small internet, passed on to a unix socket of the test's process. */
export interface Listener extends Endpoint {
  protocol: 'tcp' | 'udp'
  target: string
}

/** A computer on the internet side. */
export interface Client {
  /** Its user's home folder: `$HOME`, beside `~/.ssh`. */
  readonly home: string
  /** Runs a program there and resolves with what it said, whatever its exit status. */
  run(command: readonly string[], settings?: RunSettings): Promise<Outcome>
  /** Starts a program there. */
  start(options: ProcessOptions): RunningProcess
  /** Opens a TCP connection from there; also what `tcpExchange` takes as `through`. */
  readonly connect: (endpoint: Endpoint) => Promise<Socket>
  /** As the function of that name, from there. */
  udpExchange(question: UdpQuestion): Promise<string | undefined>
  /** One HTTP request by curl, which resolves names as the system does, and follows no redirects. */
  fetch(url: string, options?: FetchOptions): Promise<FetchOutcome>
}

/** What stays of it to be closed. */
export interface OpenClient extends Client {
  close(): Promise<void>
}

/** Furnishes the namespace: names by `resolver`, `~/.ssh`, and the ways in and out of it. */
export async function openClient(
  namespace: Namespace,
  {
    directory,
    ssh,
    resolver,
    listeners,
    trust,
  }: { directory: string; ssh: string; resolver: string; listeners: readonly Listener[]; trust: string | undefined },
): Promise<OpenClient> {
  const home = join(directory, 'home')
  const socket = join(directory, 'relay.sock')
  const files = { 'resolv.conf': `nameserver ${resolver}\n`, hosts: '127.0.0.1 localhost\n::1 localhost\n' }
  await mkdir(home)
  for (const [name, content] of Object.entries(files)) {
    await writeFile(join(directory, name), content)
    await namespace.script(
      `[ -e /etc/${name} ] || : > /etc/${name}; mount --bind ${join(directory, name)} /etc/${name}`,
    )
  }
  // OpenSSH goes by the user's entry in the system's list, and not by $HOME.
  for (const path of new Set([join(userInfo().homedir, '.ssh'), join(home, '.ssh')]))
    await namespace.script(`mkdir -p -m 700 ${path}; mount --bind ${ssh} ${path}`)

  const env = {
    HOME: home,
    NODE_OPTIONS: '',
    ...(trust === undefined ? {} : { NODE_EXTRA_CA_CERTS: trust, CURL_CA_BUNDLE: trust }),
  }
  const log = join(directory, 'relay.log')
  const start = ({ command, args, ...others }: ProcessOptions): RunningProcess => {
    const [outer = '', ...rest] = namespace.wrap([command, ...args])
    return startProcess({ name: command, ...others, command: outer, args: rest })
  }
  const relay = start({
    command: process.execPath,
    name: 'the relay',
    args: [
      workspaceFile('tools/testbed/src/server/relay.mjs'),
      socket,
      ...listeners.flatMap(({ protocol, host, port, target }) => [protocol, host, `${port}`, target]),
    ],
    env: { NODE_OPTIONS: '' },
    log,
  })
  await untilReady(relay, async () => {
    if (!(await readFile(log, 'utf8')).includes('ready')) throw new Error('it does not listen yet')
  })

  const ask = async (question: unknown): Promise<{ socket: Socket; line: string }> => {
    const connection = createConnection(socket)
    connection.write(`${JSON.stringify(question)}\n`)
    return { socket: connection, line: await firstLine(connection) }
  }
  const run = (command: readonly string[], { env: more, cwd, ...settings }: RunSettings = {}): Promise<Outcome> =>
    // Entering a mount namespace leads to its root.
    finish(namespace.wrap(cwd === undefined ? command : ['env', `--chdir=${cwd}`, ...command]), {
      ...settings,
      env: { ...env, SSH_AUTH_SOCK: undefined, ...more },
    })
  return {
    home,
    run,
    start: (options) => start({ ...options, env: { ...env, ...options.env } }),
    async connect(endpoint) {
      const { socket, line } = await ask({ tcp: endpoint })
      if (line === 'ok') return socket
      socket.destroy()
      throw new Error(line)
    },
    async udpExchange({ entryPoint, payload, timeout = 1_000 }) {
      const datagram = { ...entryPoint, payload: Buffer.from(payload).toString('base64'), timeout }
      const { socket, line } = await ask({ udp: datagram })
      socket.destroy()
      const { answer, error } = JSON.parse(line) as { answer?: string; error?: string }
      if (error !== undefined) throw new Error(error)
      return answer === undefined ? undefined : Buffer.from(answer, 'base64').toString()
    },
    fetch: async (url, options = {}) => outcomeOf(await run(curl(url, options))),
    close: () => relay.stop('SIGKILL'),
  }
}

function curl(url: string, { ca, method, body, headers = {}, address, insecure }: FetchOptions): string[] {
  const { hostname, port, protocol } = new URL(url)
  const there = address?.includes(':') ? `[${address}]` : address
  return [
    ...['curl', '-sS', '--noproxy', '*', '--max-time', '10', '-w', '\n%{json}'],
    ...(ca === undefined ? [] : ['--cacert', ca]),
    ...(method === undefined ? [] : ['-X', method]),
    ...(body === undefined ? [] : ['--data-raw', body]),
    ...Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`]),
    ...(there === undefined ? [] : ['--resolve', `${hostname}:${port || (protocol === 'https:' ? 443 : 80)}:${there}`]),
    ...(insecure === true ? ['-k'] : []),
    url,
  ]
}

function outcomeOf({ stdout }: Outcome): FetchOutcome {
  const end = stdout.lastIndexOf('\n{')
  const facts = JSON.parse(stdout.slice(end + 1)) as Record<string, string | number | null>
  const error = facts['errormsg']
  const location = facts['redirect_url']
  const address = facts['remote_ip']
  return {
    status: Number(facts['http_code']),
    body: stdout.slice(0, end),
    ...(typeof location === 'string' ? { location } : {}),
    ...(typeof error === 'string' ? { error } : {}),
    ...(typeof address === 'string' && address !== '' ? { address } : {}),
  }
}

/** Reads up to the first line feed, and leaves what follows unread. */
function firstLine(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let line = ''
    const read = (): void => {
      for (let byte = socket.read(1) as Buffer | null; byte !== null; byte = socket.read(1) as Buffer | null) {
        if (byte[0] !== 10) {
          line += byte.toString('latin1')
          continue
        }
        socket.off('readable', read)
        return resolve(line)
      }
    }
    socket.on('readable', read)
    socket.once('error', reject)
    socket.once('end', () => reject(new Error(`The relay hung up after '${line}'.`)))
  })
}
