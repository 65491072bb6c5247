import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { eventually } from '../eventually.ts'
import { lastLines, startProcess, type RunningProcess } from '../process.ts'
import { freshCgroups, removeCgroups } from './cgroup.ts'
import type { Namespace } from './namespace.ts'
import { finish, type Outcome, type RunSettings } from './outcome.ts'

/** A system whose PID 1 is systemd. */
export interface BootedSystem {
  /** Runs a shell script inside as root, and resolves with what it said, whatever its exit status. @throws when the system is off. */
  exec(script: string, settings?: RunSettings): Promise<Outcome>
  readonly running: () => boolean
  /** As a person would; resolves when it is up again. */
  reboot(): Promise<void>
  /** In order: every unit is stopped. What is on disk stays. */
  powerOff(): Promise<void>
  /** Nothing is stopped, everything is gone at once. What is on disk stays. */
  cutPower(): Promise<void>
  powerOn(): Promise<void>
}

/** What to boot: its files, where its processes get their network from, and folders of this machine to have inside. */
export interface BootOptions {
  directory: string
  root: string
  namespace: Namespace
  binds: readonly (readonly [from: string, to: string])[]
  /** Whether it may do what a dockerd in it does: make cgroups, devices and mounts. */
  runsDockerd: boolean
}

const BOOT_PATIENCE = { deadline: 60_000, every: 30 }
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/** Boots it, and resolves when it is up: about a second. */
export async function boot({ directory, root, namespace, binds, runsDockerd }: BootOptions): Promise<BootedSystem> {
  const log = join(directory, 'console.log')
  const cgroups = freshCgroups()
  // Into the cgroups first: systemd-nspawn splits the one that it is in.
  const enter = 'while [ "$1" != -- ]; do mkdir -p "$1"; echo $$ > "$1/cgroup.procs"; shift; done; shift; exec "$@"'
  // A PID namespace around it: a killed nspawn leaves its own children alone, the end of a namespace doesn't.
  const network = join(directory, 'network')
  await namespace.script(`
    : > ${network}; mount --bind /proc/self/ns/net ${network}
    mkdir -p /run/systemd/nspawn; mount -t tmpfs tmpfs /run/systemd/nspawn`)
  const nspawn = [
    ...['unshare', '--pid', '--fork', '--kill-child=KILL', '--mount-proc'],
    ...['systemd-nspawn', '--quiet', `--directory=${root}`, '--boot', '--register=no', '--keep-unit'],
    ...[`--network-namespace-path=${network}`, '--console=pipe', '--hostname=server-1', '--resolv-conf=off'],
    // A server's root may have a firewall.
    ...[
      `--capability=${runsDockerd ? 'all' : 'CAP_NET_ADMIN'}`,
      ...(runsDockerd ? ['--system-call-filter=@keyring @privileged bpf'] : []),
      '--timezone=off',
      '--link-journal=no',
      ...binds.map(([from, to]) => `--bind=${from}:${to}`),
    ],
  ]
  let container: RunningProcess | undefined
  let known: number | undefined

  const leader = (): number => {
    if (known !== undefined && isFirst(known)) return known
    known = container?.running() ? childrenOf(container.pid).flatMap(childrenOf).find(isFirst) : undefined
    if (known === undefined) throw new Error('The server is off.')
    return known
  }
  const exec = async (script: string, settings: RunSettings = {}): Promise<Outcome> => {
    const inside = ['nsenter', '-t', `${leader()}`, '-m', '-u', '-i', '-p', '-n', '-C', '-r', '-w/', '--']
    const plain = ['env', '-i', `PATH=${PATH}`, 'HOME=/root', 'USER=root', 'LANG=C.UTF-8']
    return finish([...inside, ...plain, 'bash', '-c', script], settings)
  }
  const up = async (): Promise<void> => {
    await eventually(async () => {
      if (!container?.running()) return
      const { stdout, stderr } = await exec('systemctl is-system-running')
      if (!['running', 'degraded'].includes(stdout.trim())) throw new Error(`systemd says: ${stdout}${stderr}`)
    }, BOOT_PATIENCE)
    if (!container?.running())
      throw new Error(`The server did not boot. Its console ends: ${lastLines(readFileSync(log, 'utf8'))}`)
    await eventually(async () => {
      const { status, stderr } = await exec('systemctl is-active ssh && ss -Hltn | grep -q .')
      if (status !== 0) throw new Error(`sshd does not listen yet. ${stderr}`)
    }, BOOT_PATIENCE)
  }
  const powerOn = async (): Promise<void> => {
    if (container?.running()) return
    const [command = '', ...args] = namespace.wrap(nspawn)
    container = startProcess({
      command: 'sh',
      name: 'systemd-nspawn',
      args: ['-c', enter, 'sh', ...cgroups, '--', command, ...args],
      log,
    })
    await up()
  }
  const cutPower = async (): Promise<void> => {
    await container?.stop('SIGKILL')
    // Its PID 1 dies with it, and then everything inside; only then do the cgroups let go.
    await eventually(() => removeCgroups(cgroups), { every: 20 })
  }
  const ends = async (how: 'poweroff' | 'reboot'): Promise<void> => {
    await exec(`systemctl ${how}`)
    await container?.ended
    await cutPower()
  }
  try {
    await powerOn()
  } catch (error) {
    await cutPower()
    throw error
  }
  return {
    exec,
    running: () => container?.running() === true,
    async reboot() {
      // With --keep-unit it ends instead of booting again.
      await ends('reboot')
      await powerOn()
    },
    async powerOff() {
      if (container?.running()) await ends('poweroff')
    },
    cutPower,
    powerOn,
  }
}

function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number)
  } catch {
    return []
  }
}

/** Whether the process is alive and the first one of a PID namespace inside nspawn's. */
function isFirst(pid: number): boolean {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    return /^NSpid:\t\d+\t\d+\t1$/m.test(status) && !/^State:\s+[ZX]/m.test(status)
  } catch {
    return false
  }
}
