import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { copyRepository, inTurn, openStore, runCommand, volumeOf, type Repository, type Store } from './index.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'store-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

let count = 0
const freshFolder = (): string => join(folder, String((count += 1)))
const free = (): boolean => false
const storeAt = (at: string): Store => openStore(at, join(at, 'networks'))
const added = async (store: Store, name: string): Promise<Repository> => {
  await store.add(name, 'folder', free)
  await store.finish(name)
  return store.find(name)
}

describe('networks', () => {
  test('go up by 64 from the first one, and are never given twice', async () => {
    const store = storeAt(freshFolder())
    expect(await store.add('my-app', 'folder', free)).toMatchObject({
      networkId: 2816,
      files: join(store.folder, 'my-app/my-app'),
    })
    expect((await store.add('other', 'folder', (id) => id === 2880)).networkId).toBe(2944)
    await store.remove('other')
    expect((await store.add('other', 'folder', free)).networkId).toBe(3008)
    expect((await store.list()).map(({ name }) => name)).toEqual(['my-app', 'other'])
    expect(await storeAt(store.folder).find('my-app')).toMatchObject({ networkId: 2816 })
  })

  test('of many at once, each has its own', async () => {
    const at = freshFolder()
    const made = await Promise.all(Array.from({ length: 20 }, (_, n) => storeAt(at).add(`app-${n}`, 'folder', free)))
    expect(new Set(made.map(({ networkId }) => networkId)).size).toBe(20)
  })

  test('names that can name none, one in use and one that is not there are told', async () => {
    const store = storeAt(freshFolder())
    for (const name of ['', 'A', '../x', 'a_b', '-a', 'a-', '.turns', 'a'.repeat(64)])
      await expect(store.add(name, 'folder', free)).rejects.toThrow("can't name a repository")
    await expect(store.find('x')).rejects.toThrow('There is no repository "x" on this machine. There are none yet.')
    await added(store, 'a')
    await expect(store.add('a', 'folder', free)).rejects.toThrow('There is a repository a already.')
    await expect(store.find('x')).rejects.toThrow('There are: a.')
  })

  test('one whose making was cut off is made anew, with its network', async () => {
    const store = storeAt(freshFolder())
    expect(await store.add('a', 'folder', free)).toMatchObject({ networkId: 2816, isWhole: false })
    expect(await store.add('a', 'folder', free)).toMatchObject({ networkId: 2816, isWhole: false })
    await expect(store.add('a', 'encrypted', free)).rejects.toThrow('was cut off. Remove it first')
    await store.finish('a')
    expect(await store.find('a')).toMatchObject({ isWhole: true })
    expect((await store.add('b', 'folder', free)).networkId).toBe(2880)
  })

  test('a folder or a volume that is there is never made anew', async () => {
    const store = storeAt(freshFolder())
    await added(store, 'x')
    mkdirSync(join(store.folder, 'a'))
    writeFileSync(join(store.folder, 'b.luks'), 'data')
    for (const name of ['a', 'b'])
      await expect(store.add(name, 'encrypted', free)).rejects.toThrow(/is there already, and belongs to no repository/)
    expect((await store.list()).map(({ name }) => name)).toEqual(['x'])
  })

  test('where the list is missing though there were some, no network is given again', async () => {
    const at = freshFolder()
    const networks = join(at, 'networks')
    for (const trace of [join(networks, '2816'), join(at, 'store/my-app')]) {
      mkdirSync(trace, { recursive: true })
      mkdirSync(join(at, 'store/lost+found'), { recursive: true })
      await expect(openStore(join(at, 'store'), networks).add('b', 'folder', free)).rejects.toThrow(
        'Is the disk mounted on which they are?',
      )
      rmSync(trace, { recursive: true })
    }
    expect((await openStore(join(at, 'store'), networks).add('b', 'folder', free)).networkId).toBe(2816)
  })

  test('a damaged file stops everything, and stays as it is', async () => {
    const at = freshFolder()
    mkdirSync(at)
    const file = join(at, 'repositories.json')
    for (const text of ['{', '{"next": 1, "repositories": {}}', '{"next": 2816, "repositories": {"a": {}}}']) {
      writeFileSync(file, text)
      await expect(storeAt(at).add('b', 'folder', free)).rejects.toThrow('is damaged, and nothing was done')
      expect(readFileSync(file, 'utf8')).toBe(text)
    }
  })
})

test('two at once take turns; who waits is told for whom', async () => {
  const at = freshFolder()
  mkdirSync(at)
  const order: string[] = []
  const told: string[] = []
  const turn = (who: string): Promise<void> =>
    inTurn(at, 'my-app', { what: 'up', who, tell: (text) => told.push(text) }, async () => {
      order.push(`${who} begins`)
      await sleep(100)
      order.push(`${who} ends`)
    })
  const first = turn('ana@laptop')
  await sleep(30)
  await Promise.all([first, turn('ben@desk')])
  expect(order).toEqual(['ana@laptop begins', 'ana@laptop ends', 'ben@desk begins', 'ben@desk ends'])
  expect(told).toEqual([expect.stringMatching(/^waiting for ana@laptop, who is busy with: up \(since 2/)])
  await expect(
    inTurn(at, 'my-app', { what: 'up', who: 'x', tell: () => undefined }, () => Promise.reject(new Error('no'))),
  ).rejects.toThrow('no')
  await turn('ana@laptop')
})

describe('an encrypted volume (device mapper is recorded, not there)', () => {
  const recorded = (): { calls: string[]; repository: Repository; volume: ReturnType<typeof volumeOf> } => {
    const calls: string[] = []
    const repository: Repository = {
      name: 'safe',
      networkId: 2816,
      volume: 'encrypted',
      folder: join(folder, 'safe'),
      files: join(folder, 'safe/files'),
      docker: join(folder, 'safe/docker'),
      sent: join(folder, 'safe/sent.json'),
      isWhole: true,
    }
    const volume = volumeOf(repository, (command, args, input) => {
      calls.push([command, ...args].join(' ') + (input === undefined ? '' : ' < key'))
      return Promise.resolve('')
    })
    return { calls, repository, volume }
  }

  test('is made, unlocked and mounted; its key is on standard input alone', async () => {
    const { calls, repository, volume } = recorded()
    await volume.create({ key: 'k3y', bytes: 1e9 })
    const image = `${repository.folder}.luks`
    expect(calls).toEqual([
      `truncate --size 1000000000 ${image}`,
      `chmod 600 ${image}`,
      `cryptsetup luksFormat --batch-mode --type luks2 --key-file - ${image} < key`,
      `cryptsetup open --type luks2 --key-file - ${image} rediacc-2816 < key`,
      'mkfs.ext4 -q /dev/mapper/rediacc-2816',
      `mount /dev/mapper/rediacc-2816 ${repository.folder}`,
    ])
    expect(calls.join()).not.toContain('k3y')
  })

  test('is opened with its key, and closed where nothing is open', async () => {
    const { calls, volume } = recorded()
    await expect(volume.open(undefined)).rejects.toThrow(
      'safe is encrypted, and closed. Give its key: rdc repo up safe --mount',
    )
    await volume.open('key')
    await volume.close()
    expect(calls.map((call) => call.split(' ')[0])).toEqual(['cryptsetup', 'mount'])
    await expect(volume.create({ key: 'k', bytes: undefined })).rejects.toThrow('needs a size: --size 10G')
  })
})

test('a fork has files, images and volumes, and no container', async () => {
  const store = storeAt(freshFolder())
  const [from, to] = [await added(store, 'a'), await added(store, 'b')]
  const write = (path: string, text = 'x'): void => {
    const at = join(from.folder, path.replace('FILES', from.name))
    mkdirSync(join(at, '..'), { recursive: true })
    writeFileSync(at, text)
  }
  for (const path of [
    'FILES/data/rows',
    '.docker/volumes/v/_data/x',
    '.docker/overlay2/image1/diff/x',
    '.docker/overlay2/c1/diff/x',
    '.docker/overlay2/c1-init/x',
    '.docker/containers/c/config.v2.json',
  ])
    write(path)
  write('.docker/image/overlay2/layerdb/mounts/c/mount-id', 'c1')
  write('.docker/image/overlay2/layerdb/mounts/c/init-id', 'c1-init')
  await copyRepository(from, to, runCommand)
  const has = (path: string): boolean => existsSync(join(to.folder, path.replace('FILES', to.name)))
  expect(['FILES/data/rows', '.docker/volumes/v/_data/x', '.docker/overlay2/image1/diff/x'].map(has)).toEqual([
    true,
    true,
    true,
  ])
  expect(
    [
      '.docker/containers',
      '.docker/overlay2/c1',
      '.docker/overlay2/c1-init',
      '.docker/image/overlay2/layerdb/mounts',
    ].map(has),
  ).toEqual([false, false, false, false])
})
