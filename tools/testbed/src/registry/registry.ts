import { createHash } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { mkdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import { cacheDirectory, makeTestDirectory } from '../directory.ts'
import { workspaceFile } from '../executables.ts'
import type { Listener } from '../server/client.ts'
import { ADDRESSES } from '../server/wiring.ts'

/** A registry that has a few images to pull, for a daemon that takes it as Docker Hub's mirror. */
export interface Registry {
  /** For a daemon's `registry-mirrors`. */
  readonly url: string
  /** For `startServer`. */
  readonly listeners: readonly Listener[]
  close(): Promise<void>
}

interface Image {
  /** As it is pulled: `library/postgres:17`. */
  readonly name: string
  /** What images.sh lays out. */
  readonly root: 'webapp' | 'postgres'
  readonly config: Readonly<Record<string, unknown>>
}

/** What the documentation's complete example pulls. PostgreSQL is the one that this machine has, whatever its tag says. */
const IMAGES: readonly Image[] = [
  { name: 'myregistry/webapp:latest', root: 'webapp', config: { Entrypoint: ['/usr/bin/node', '/webapp.mjs'] } },
  {
    name: 'library/postgres:17',
    root: 'postgres',
    config: {
      Env: ['PATH=/usr/lib/postgresql/bin:/usr/bin:/bin', 'PGDATA=/var/lib/postgresql/data'],
      Entrypoint: ['/usr/bin/docker-entrypoint.sh'],
      Cmd: ['postgres'],
      StopSignal: 'SIGINT',
      Volumes: { '/var/lib/postgresql/data': {} },
    },
  },
]

const TYPES = {
  manifest: 'application/vnd.docker.distribution.manifest.v2+json',
  config: 'application/vnd.docker.container.image.v1+json',
  layer: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
}

/** Starts one; the images are made the first time, in a few seconds. No root needed. */
export async function startRegistry(): Promise<Registry> {
  const blobs = new Map<string, string | Buffer>()
  const manifests = new Map<string, Buffer>()
  for (const image of IMAGES) {
    const layer = await layerOf(image.root)
    const digest = await digestOf(layer)
    const config = Buffer.from(
      JSON.stringify({
        architecture: { x64: 'amd64', arm64: 'arm64' }[process.arch as string],
        os: 'linux',
        config: image.config,
        rootfs: { type: 'layers', diff_ids: [digest] },
      }),
    )
    blobs.set(digest, layer).set(sha256(config), config)
    const manifest = {
      schemaVersion: 2,
      mediaType: TYPES.manifest,
      config: { mediaType: TYPES.config, size: config.length, digest: sha256(config) },
      layers: [{ mediaType: TYPES.layer, size: (await stat(layer)).size, digest }],
    }
    manifests.set(image.name, Buffer.from(JSON.stringify(manifest)))
  }
  const byDigest = new Map([...manifests.values()].map((manifest) => [sha256(manifest), manifest]))

  const answer: RequestListener = ({ url = '', method }, response) => {
    const send = (type: string, content: Buffer): void => {
      const headers = {
        'content-type': type,
        'content-length': content.length,
        'docker-content-digest': sha256(content),
      }
      response.writeHead(200, headers).end(method === 'HEAD' ? undefined : content)
    }
    const [, name = '', kind, reference = ''] = /^\/v2\/(.+)\/(manifests|blobs)\/([^/]+)$/.exec(url) ?? []
    const manifest = manifests.get(`${name}:${reference}`) ?? byDigest.get(reference)
    const blob = blobs.get(reference)
    if (url === '/v2/') response.writeHead(200, { 'docker-distribution-api-version': 'registry/2.0' }).end('{}')
    else if (kind === 'manifests' && manifest) send(TYPES.manifest, manifest)
    else if (kind === 'blobs' && blob instanceof Buffer) send('application/octet-stream', blob)
    else if (kind === 'blobs' && blob !== undefined) createReadStream(blob).pipe(response.writeHead(200))
    else response.writeHead(404).end('{"errors":[{"code":"NAME_UNKNOWN"}]}')
  }
  const folder = makeTestDirectory()
  const socket = join(folder.path, 'registry')
  const server = createServer(answer)
  await once(server.listen(socket), 'listening')
  return {
    url: `http://${ADDRESSES.registry}`,
    listeners: [{ protocol: 'tcp', host: ADDRESSES.registry, port: 80, target: socket }],
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await folder.remove()
    },
  }
}

const sha256 = (content: Buffer): string => `sha256:${createHash('sha256').update(content).digest('hex')}`

async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file), hash)
  return `sha256:${hash.digest('hex')}`
}

/** The image's one layer, made once per machine and recipe. */
async function layerOf(name: Image['root']): Promise<string> {
  const sources = ['images.sh', 'postgres-entrypoint.sh', 'webapp.mjs']
  const folder = workspaceFile('tools/testbed/src/registry')
  const recipe = createHash('sha256').update(process.version)
  for (const source of sources) recipe.update(await readFile(join(folder, source)))
  const layer = join(cacheDirectory(), `image-${name}-${recipe.digest('hex').slice(0, 12)}.tar`)
  if (existsSync(layer)) return layer
  const work = `${layer}.${process.pid}`
  await mkdir(work, { recursive: true })
  const run = promisify(execFile)
  try {
    await run('bash', [join(folder, 'images.sh'), name, join(work, 'root')])
    await run('tar', ['-C', join(work, 'root'), '--numeric-owner', '-cf', join(work, 'layer.tar'), '.'])
    await rename(join(work, 'layer.tar'), layer)
  } finally {
    await rm(work, { recursive: true, force: true })
  }
  return layer
}
