import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { pack } from 'tar-stream'
import { OWN, ownProgram } from './own-program.ts'
import { RELEASES, type Packed } from './pinned.ts'
import { programsFor } from './programs-for.ts'
import { released } from './released.ts'

const PROGRAM = Buffer.from('a program, many megabytes of it')
const sha256 = (content: Buffer): string => createHash('sha256').update(content).digest('hex')

async function tgz(path: string): Promise<Buffer> {
  const tar = pack()
  tar.entry({ name: 'package/README.md' }, 'read me')
  tar.entry({ name: path }, PROGRAM)
  tar.finalize()
  return gzipSync(await buffer(tar))
}

/** One file, not compressed. */
function zip(path: string): Buffer {
  const name = Buffer.from(path)
  // Version, flags, method, time, date; checksum, sizes; lengths of the name and of what else there might be.
  const about = Buffer.alloc(26)
  about.writeUInt16LE(20, 0)
  about.writeUInt32LE(checksumOf(PROGRAM), 10)
  about.writeUInt32LE(PROGRAM.length, 14)
  about.writeUInt32LE(PROGRAM.length, 18)
  about.writeUInt16LE(name.length, 22)
  const local = Buffer.concat([Buffer.from('PK\u0003\u0004'), about, name, PROGRAM])
  const central = Buffer.concat([Buffer.from('PK\u0001\u0002'), Buffer.from([20, 0]), about, Buffer.alloc(14), name])
  const end = Buffer.alloc(18)
  end.writeUInt16LE(1, 4)
  end.writeUInt16LE(1, 6)
  end.writeUInt32LE(central.length, 8)
  end.writeUInt32LE(local.length, 12)
  return Buffer.concat([local, central, Buffer.from('PK\u0005\u0006'), end])
}

/** CRC-32; Node's own came after version 20.19. */
function checksumOf(content: Buffer): number {
  let sum = ~0
  for (const byte of content) {
    sum ^= byte
    for (let bit = 0; bit < 8; bit += 1) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0)
  }
  return ~sum >>> 0
}

let folder: string
let server: Server
let asked = 0
const served = new Map<string, Buffer>()
beforeAll(async () => {
  server = createServer((request, response) => {
    asked += 1
    const content = served.get(request.url ?? '')
    response.writeHead(content ? 200 : 404).end(content)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
})
afterAll(() => {
  server.close()
  server.closeAllConnections()
})
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'artefacts-'))
  asked = 0
})
afterEach(() => {
  rmSync(folder, { recursive: true })
})

const url = (path: string): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`

function release(packed: Partial<Packed>) {
  const content = {
    url: url('/node.tgz'),
    kind: 'tgz',
    path: 'package/bin/node',
    bytes: 1,
    sha256: '',
    program: sha256(PROGRAM),
  } as const
  const whole = { ...content, ...packed }
  return { name: 'node', title: 'Node', version: '24.0.0', packed: { x64: whole, arm64: whole } } as const
}

const filesIn = (path: string): readonly string[] =>
  readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)

describe('a released program', () => {
  test.each(['tgz', 'zip'] as const)(
    'comes out of a %s once, can be run, and is believed by its hash',
    async (kind) => {
      const content = kind === 'tgz' ? await tgz('package/bin/node') : zip('package/bin/node')
      served.set('/node.tgz', content)
      const steps: string[] = []
      const get = () =>
        released(release({ kind, sha256: sha256(content) }), 'x64', folder, ({ what }) => steps.push(what))
      const node = await get()
      expect(node).toMatchObject({ name: 'node', sha256: sha256(PROGRAM), bytes: PROGRAM.length, version: '24.0.0' })
      expect([readFileSync(node.file), statSync(node.file).mode & 0o111]).toEqual([PROGRAM, 0o111])
      expect(new Set(steps)).toEqual(new Set(['Getting Node 24.0.0', 'Unpacking Node 24.0.0']))
      expect(filesIn(folder)).toEqual(['node'])
      await get()
      expect(asked).toBe(1)
      writeFileSync(node.file, 'damaged')
      await get()
      expect([asked, readFileSync(node.file)]).toEqual([2, PROGRAM])
    },
  )

  test.each([
    ['another package', {}, 'another SHA-256'],
    ['another program in it', { program: '0'.repeat(64), right: true }, 'the program in it is another'],
    ['none in it', { path: 'elsewhere', right: true }, 'the program in it is another'],
    ['nothing', { url: '/absent' }, '404'],
  ])(
    'is refused where there is %s, and nothing is kept',
    async (_, { right, ...packed }: Partial<Packed> & { right?: boolean }, why) => {
      const content = await tgz('package/bin/node')
      served.set('/node.tgz', content)
      const wrong = release({
        ...packed,
        sha256: right === true ? sha256(content) : '',
        ...(packed.url !== undefined && { url: url(packed.url) }),
      })
      await expect(released(wrong, 'x64', folder, () => undefined)).rejects.toThrow(
        new RegExp(`^Node 24\\.0\\.0 can't be had from http.*${why}.*Give it as a file: --node FILE\\.$`),
      )
      expect(filesIn(folder)).toEqual([])
    },
  )
})

describe("the operator's own program", () => {
  const elf = (machine: number): string => {
    const file = join(folder, 'traefik')
    const header = Buffer.alloc(64)
    header.write('\u007fELF', 'latin1')
    header.writeUInt16LE(machine, 18)
    writeFileSync(file, header)
    return file
  }

  test('has to be for the machine', async () => {
    await expect(ownProgram(OWN.traefik, elf(0xb7), 'x64')).rejects.toThrow(
      'the machine is x64, and this is for arm64.',
    )
    writeFileSync(join(folder, 'script'), '#!/bin/sh\n')
    await expect(ownProgram(OWN.traefik, join(folder, 'script'), 'x64')).rejects.toThrow('this is no Linux program')
    await expect(ownProgram(OWN.traefik, join(folder, 'absent'), 'x64')).rejects.toThrow('there is no such file.')
    expect(await ownProgram(OWN.traefik, elf(0xb7), 'arm64')).toMatchObject({ name: 'traefik', bytes: 64 })
  })

  const here = process.arch === 'x64' || process.arch === 'arm64' ? process.arch : undefined
  const onLinux = process.platform === 'linux' && here ? test : test.skip
  onLinux('is asked for its version, and must not be too old', async () => {
    const architecture = here ?? 'x64'
    expect(await ownProgram(OWN.node, process.execPath, architecture)).toMatchObject({ version: process.versions.node })
    await expect(ownProgram({ ...OWN.node, oldest: [99, 0] }, process.execPath, architecture)).rejects.toThrow(
      `this is version ${process.versions.node}; 99.0 is the oldest that will do.`,
    )
  })
})

test('a bundle that was not built is told', async () => {
  mkdirSync(join(folder, 'cache'))
  const file = join(folder, 'program')
  const header = Buffer.alloc(64)
  header.write('\u007fELF', 'latin1')
  header.writeUInt16LE(process.arch === 'arm64' ? 0x3e : 0xb7, 18)
  writeFileSync(file, header)
  await expect(
    programsFor(process.arch === 'arm64' ? 'x64' : 'arm64', {
      cacheFolder: join(folder, 'cache'),
      own: { routeServer: join(folder, 'route-server.mjs'), renet: join(folder, 'renet.mjs'), version: '0.1.0' },
      traefik: file,
      node: file,
    }),
  ).rejects.toThrow(`route-server.mjs isn't beside rdc: ${folder}/route-server.mjs.`)
})

test('what is pinned is of one version, over TLS', () => {
  for (const { version, packed } of Object.values(RELEASES))
    for (const { url, sha256, program } of Object.values(packed)) {
      expect(url).toMatch(/^https:/)
      expect(url).toContain(version)
      expect([sha256, program].every((hash) => /^[\da-f]{64}$/.test(hash))).toBe(true)
    }
})
