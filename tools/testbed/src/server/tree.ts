import { randomBytes } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Namespace } from './namespace.ts'
import type { SshMaterial } from './ssh-material.ts'
import { ADDRESSES } from './wiring.ts'

/** How a server's people get in, and what it is short of. */
export interface TreeOptions {
  /**
   * What `deploy` may do with sudo: everything; nothing; everything after a password; everything, with a lecture and a complaint about
   * the host's name at every call. Unless told: everything.
   */
  sudo?: 'passwordless' | 'none' | 'password' | 'lecture'
  /** Both users' login shell prints a greeting, also before what ssh was told to run. */
  greeting?: boolean
  /** sshd's port; 22 unless told. */
  sshPort?: number
  /** Makes /opt a file system of its own with so many MiB. */
  optMebibytes?: number
  /** Makes /var/lib/rediacc a file system of its own with so many MiB, and lets the server run dockerds: their layers can't lie on its others. */
  dataMebibytes?: number
  /** PEM, a file: believed beside the system's; on the client instead of them. */
  trust?: string | undefined
  /** Room for all that the server writes; 3072 MiB unless told. */
  diskMebibytes?: number
}

/** The first line that a server with `greeting` prints. */
export const GREETING = 'Welcome to server-1. Everything you do is logged.'
/** The password of `deploy`, where sudo asks for one. */
export const SUDO_PASSWORD = 'correct horse'

/** What a server has of this machine: its system. Everything else is hidden, as on a bare server. */
const SHARED = ['bin', 'sbin', 'etc', 'usr', 'var']
/** Of that, what a bare server wouldn't have: a Node, a Traefik, units that this machine has enabled, what a push leaves. */
const HIDDEN = [
  'usr/local',
  ...['node', 'nodejs', 'npm', 'npx', 'traefik'].map((name) => `usr/bin/${name}`),
  'etc/systemd/system',
  'etc/rediacc',
  'var/lib/rediacc',
  'var/log/journal',
  'etc/ssh',
  'etc/cron.d',
]
const EMPTY = ['boot', 'dev', 'home', 'media', 'mnt', 'opt', 'proc', 'run', 'srv', 'sys', 'tmp', 'usr/local/bin']

const SUDOERS = {
  passwordless: 'deploy ALL=(ALL:ALL) NOPASSWD: ALL',
  none: '',
  password: 'deploy ALL=(ALL:ALL) ALL',
  lecture: 'Defaults lecture=always\ndeploy ALL=(ALL:ALL) NOPASSWD: ALL',
} as const

/** systemd-nspawn mounts the controllers read-only; a machine's own systemd doesn't. */
const WRITABLE_CGROUPS = `
    mkdir -p etc/systemd/system/rediacc-docker@.service.d
    cat > etc/systemd/system/rediacc-docker@.service.d/testbed.conf <<'DROPIN'
[Service]
ExecStartPre=/bin/sh -c 'for mount in /sys/fs/cgroup/*/; do mount -o remount,bind,rw $$mount; done; true'
DROPIN`

/** Lays out a server's files in memory over this machine's own, inside the namespace, and resolves to where they are. */
export async function makeTree(
  namespace: Namespace,
  directory: string,
  ssh: SshMaterial,
  {
    sudo = 'passwordless',
    greeting = false,
    sshPort = 22,
    optMebibytes,
    dataMebibytes,
    trust,
    diskMebibytes = 3072,
  }: TreeOptions,
): Promise<string> {
  const root = join(directory, 'root')
  const layers = join(directory, 'layers')
  const foreign = readdirSync('/', { withFileTypes: true })
    .filter((entry) => !entry.isSymbolicLink() && !SHARED.includes(entry.name))
    .map(({ name }) => name)
  await namespace.script(`
    mkdir -p ${root} ${layers}
    mount -t tmpfs -o size=${diskMebibytes}m,mode=755 tmpfs ${layers}
    mkdir ${layers}/upper ${layers}/work
    cd ${layers}/upper
    for hidden in ${foreign.join(' ')} ${HIDDEN.join(' ')}; do
      [ -e "/$hidden" ] || continue
      mkdir -p "$(dirname "$hidden")"
      mknod "$hidden" c 0 0
    done
    mount -t overlay overlay -o lowerdir=/,upperdir=${layers}/upper,workdir=${layers}/work ${root}
    cd ${root}
    mkdir -p ${EMPTY.join(' ')} etc/ssh etc/systemd/system/multi-user.target.wants var/log/journal
    chmod 1777 tmp
    install -d -m 700 root root/.ssh
    ${optMebibytes === undefined ? '' : `mount -t tmpfs -o size=${optMebibytes}m,mode=755 tmpfs ${root}/opt`}
    ${dataMebibytes === undefined ? '' : `mkdir -p var/lib/rediacc; mount -t tmpfs -o size=${dataMebibytes}m,mode=755 tmpfs ${root}/var/lib/rediacc\n${WRITABLE_CGROUPS}`}

    rm -f etc/machine-id etc/resolv.conf etc/hostname etc/hosts etc/motd etc/nologin etc/sudoers
    echo ${randomBytes(16).toString('hex')} > etc/machine-id
    echo server-1 > etc/hostname
    printf '127.0.0.1 localhost${sudo === 'lecture' ? '' : ' server-1'}\\n::1 localhost\\n' > etc/hosts
    echo 'nameserver ${ADDRESSES.resolver}' > etc/resolv.conf
    ${sudo === 'lecture' ? "echo 'options timeout:1 attempts:1' >> etc/resolv.conf" : ''}
    ${trust === undefined ? '' : `mkdir -p etc/ssl/certs; cat ${trust} >> etc/ssl/certs/ca-certificates.crt`}
    ln -s /lib/systemd/system/ssh.service etc/systemd/system/multi-user.target.wants/ssh.service
    for unit in getty@.service systemd-networkd-wait-online.service systemd-udevd.service systemd-resolved.service; do
      ln -s /dev/null etc/systemd/system/$unit
    done
    mkdir -p etc/systemd/journald.conf.d
    printf '[Journal]\\nSystemMaxUse=64M\\n' > etc/systemd/journald.conf.d/testbed.conf

    cat > etc/ssh/sshd_config <<'CONFIG'
Port ${sshPort}
HostKey /etc/ssh/ssh_host_ed25519_key
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
PrintMotd no
Subsystem sftp internal-sftp
CONFIG
    install -m 600 ${ssh.serverKey} etc/ssh/ssh_host_ed25519_key
    cat > etc/sudoers <<'SUDOERS'
Defaults env_reset
Defaults secure_path="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
root ALL=(ALL:ALL) ALL
${SUDOERS[sudo]}
SUDOERS
    chmod 440 etc/sudoers

    cat > usr/bin/greeting-shell <<'SHELL'
#!/bin/sh
echo '${GREETING}'
echo
exec /bin/bash "$@"
SHELL
    chmod 755 usr/bin/greeting-shell
    chroot . userdel -f deploy >/dev/null 2>&1 || true
    chroot . useradd -m -s /bin/bash deploy
    echo 'deploy:${SUDO_PASSWORD}' | chroot . chpasswd
    ${greeting ? 'chroot . usermod -s /usr/bin/greeting-shell deploy; chroot . usermod -s /usr/bin/greeting-shell root' : 'chroot . usermod -s /bin/bash root'}
    install -d -m 700 home/deploy/.ssh
    install -m 600 ${ssh.identity}.pub root/.ssh/authorized_keys
    install -m 600 ${ssh.identity}.pub home/deploy/.ssh/authorized_keys
    chroot . chown -R deploy:deploy /home/deploy/.ssh
  `)
  return root
}
