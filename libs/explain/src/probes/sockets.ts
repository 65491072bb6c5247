import { closeSync, openSync, readdirSync, readlinkSync, readSync } from 'node:fs'
import type { Listener } from '../observed.ts'

/** A row that doesn't listen. */
const CONNECTION = /^\s*\d+: \S+ \S+ (?!0A)[\dA-F]{2} /

/** What the processes listen on, as the kernel's socket tables have it; nothing where this user may not see their sockets. */
export function listenersOf(pids: readonly number[], proc = '/proc'): readonly Listener[] {
  const [first] = pids
  const inodes = new Set(pids.flatMap((pid) => inodesOf(`${proc}/${pid}/fd`)))
  if (first === undefined || inodes.size === 0) return []
  const rows = ['tcp', 'tcp6'].flatMap((table) => parseTable(listeningIn(`${proc}/${first}/net/${table}`) ?? ''))
  return rows
    .filter(({ inode }) => inodes.has(inode))
    .map(({ address, port }) => ({ address, port }))
    .sort((a, b) => a.port - b.port || (a.address < b.address ? -1 : 1))
}

/** Everything that listens to TCP on this machine; `undefined` where that can't be seen. */
export function allListeners(proc = '/proc'): readonly Listener[] | undefined {
  const [four, six] = [listeningIn(`${proc}/self/net/tcp`), listeningIn(`${proc}/self/net/tcp6`)]
  // A machine may be without IPv6, and not without the other.
  if (!four || six === undefined) return undefined
  return [four, six].flatMap((table) => parseTable(table).map(({ address, port }) => ({ address, port })))
}

interface Row extends Listener {
  /** Whose socket it is. */
  readonly uid: number
  readonly inode: string
}

const WILDCARDS: ReadonlySet<string> = new Set(['0.0.0.0', '::'])

/** Who listens to TCP on an address of this machine, however much does. `host`: an IP address. */
export const listeningAt = (host: string, port: number, proc = '/proc'): readonly Row[] =>
  ['tcp', 'tcp6']
    .flatMap((table) => parseTable(listeningIn(`${proc}/self/net/${table}`, Infinity) ?? ''))
    .filter((one) => one.port === port && (one.address === host || WILDCARDS.has(one.address)))

/** Of a row: local address, port, user, inode. */
const LISTENING = /^ *\d+: ([\dA-F]+):([\dA-F]{4}) \S+ 0A \S+ \S+ \S+ +(\d+) +\d+ (\d+)/gm

/** Rows of `/proc/net/tcp` or `/proc/net/tcp6` that listen. */
export function parseTable(text: string): readonly Row[] {
  return Array.from(text.matchAll(LISTENING), ([, address = '', port = '', uid, inode = '']) => ({
    address: addressOf(address),
    port: parseInt(port, 16),
    uid: Number(uid),
    inode,
  }))
}

const MAPPED = '0000000000000000FFFF0000'

/** The kernel writes each four bytes in the machine's order, which is little-endian wherever we run. */
function addressOf(hex: string): string {
  if (hex.length === 8 || hex.startsWith(MAPPED)) {
    const byte = (fromEnd: number): number => parseInt(hex.slice(hex.length - fromEnd, hex.length - fromEnd + 2), 16)
    return `${byte(2)}.${byte(4)}.${byte(6)}.${byte(8)}`
  }
  if (/^0+$/.test(hex)) return '::'
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) => (word.match(/../g) ?? []).toReversed())
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

const CHUNK = 65_536
/** Anybody can open sockets: what is longer, at some 28,000 of them, isn't read. */
const LONGEST = 4 * 2 ** 20

/**
 * The part of a table that listens; nothing where it is too long. The kernel puts it first; connections, of which there may be very many,
 * aren't read.
 */
function listeningIn(file: string, longest = LONGEST): string | undefined {
  const chunks: string[] = []
  const buffer = Buffer.alloc(CHUNK)
  try {
    const table = openSync(file, 'r')
    try {
      let chunk: string
      let size = 0
      do {
        chunk = buffer.toString('latin1', 0, readSync(table, buffer))
        chunks.push(chunk)
        if ((size += chunk.length) > longest) return undefined
      } while (!isEnd(chunk))
    } finally {
      closeSync(table)
    }
  } catch {
    // What can't be read shows nothing.
  }
  return chunks.join('')
}

/** Whether nothing that listens comes after this: its last complete line is a connection. */
function isEnd(chunk: string): boolean {
  const end = chunk.lastIndexOf('\n')
  return chunk === '' || CONNECTION.test(chunk.slice(chunk.lastIndexOf('\n', end - 1) + 1, end))
}
