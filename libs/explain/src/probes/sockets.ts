import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import type { Listener } from '../observed.ts'

const LISTENING = '0A'

/** What the processes listen on, as the kernel's socket tables have it; nothing where this user may not see their sockets. */
export function listenersOf(pids: readonly number[], proc = '/proc'): readonly Listener[] {
  const [first] = pids
  const inodes = new Set(pids.flatMap((pid) => inodesOf(`${proc}/${pid}/fd`)))
  if (first === undefined || inodes.size === 0) return []
  const rows = ['tcp', 'tcp6'].flatMap((table) => parseTable(textOf(`${proc}/${first}/net/${table}`)))
  return rows
    .filter(({ inode }) => inodes.has(inode))
    .map(({ address, port }) => ({ address, port }))
    .sort((a, b) => a.port - b.port || (a.address < b.address ? -1 : 1))
}

/** Everything that listens to TCP on this machine; `undefined` where that can't be seen. */
export function allListeners(proc = '/proc'): readonly Listener[] | undefined {
  const text = textOf(`${proc}/self/net/tcp`)
  if (text === '') return undefined
  return [text, textOf(`${proc}/self/net/tcp6`)].flatMap((table) =>
    parseTable(table).map(({ address, port }) => ({ address, port })),
  )
}

interface Row extends Listener {
  /** Whose socket it is. */
  readonly uid: number
  readonly inode: string
}

const WILDCARDS: ReadonlySet<string> = new Set(['0.0.0.0', '::'])

/** Who listens to TCP on an address of this machine. `host`: an IP address. */
export const listeningAt = (host: string, port: number, proc = '/proc'): readonly Row[] =>
  ['tcp', 'tcp6']
    .flatMap((table) => parseTable(textOf(`${proc}/self/net/${table}`)))
    .filter((one) => one.port === port && (one.address === host || WILDCARDS.has(one.address)))

/** Rows of `/proc/net/tcp` or `/proc/net/tcp6` that listen. */
export function parseTable(text: string): readonly Row[] {
  return text
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      if (!line.includes(' 0A ')) return []
      const [, local = '', , state, , , , uid, , inode = ''] = line.trim().split(/\s+/)
      const [address = '', port = ''] = local.split(':')
      return state === LISTENING
        ? [{ address: addressOf(address), port: parseInt(port, 16), uid: Number(uid), inode }]
        : []
    })
}

/** The kernel writes each four bytes in the machine's order, which is little-endian wherever we run. */
function addressOf(hex: string): string {
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) => (word.match(/../g) ?? []).toReversed())
  const four = (last: readonly string[]): string => last.map((byte) => parseInt(byte, 16)).join('.')
  if (bytes.length === 4) return four(bytes)
  if (bytes.every((byte) => byte === '00')) return '::'
  if (bytes.slice(0, 12).join('') === '00000000000000000000FFFF') return four(bytes.slice(12))
  const groups = bytes.join('').replace(/(.{4})(?=.)/g, '$1:')
  // As everybody else writes it: ::1.
  return new URL(`http://[${groups}]`).hostname.slice(1, -1)
}

function inodesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder).flatMap((name) => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`${folder}/${name}`))?.[1] ?? []
      } catch {
        return []
      }
    })
  } catch {
    return []
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
