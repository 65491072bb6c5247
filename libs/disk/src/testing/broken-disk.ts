import { REAL, type FileSystem, type OpenFile } from '../file-system.ts'

/** One operation of a save: `write`, `sync file`, `rename`, … */
export type Operation = (
  name: string,
  path: string,
  perform: () => Promise<void>,
  half?: () => Promise<void>,
) => Promise<void>

/** A file system whose operations all go through a function, which may count, refuse or die. */
export function intercepted(operation: Operation): FileSystem {
  return {
    async open(path, flags, mode) {
      const kind = flags === 'wx' ? 'file' : 'folder'
      let file: OpenFile | undefined
      await operation(`open ${kind}`, path, async () => {
        file = await REAL.open(path, flags, mode)
      })
      const opened = file as OpenFile
      return {
        writeFile: (content) =>
          operation(
            'write',
            path,
            () => opened.writeFile(content),
            () => opened.writeFile(content.slice(0, content.length / 2)),
          ),
        chmod: (mode) => operation('chmod', path, () => opened.chmod(mode)),
        chown: (uid, gid) => operation('chown', path, () => opened.chown(uid, gid)),
        sync: () => operation(`sync ${kind}`, path, () => opened.sync()),
        close: () => operation(`close ${kind}`, path, () => opened.close()),
      }
    },
    rename: (from, to) => operation('rename', to, () => REAL.rename(from, to)),
    unlink: (path) => operation('unlink', path, () => REAL.unlink(path)),
  }
}

/** A disk that refuses with a code when it is told to, from then on. */
export function refusing(): {
  readonly fs: FileSystem
  refuse: (code: string | undefined, names?: readonly string[]) => void
} {
  let code: string | undefined
  let names: readonly string[] | undefined
  return {
    fs: intercepted(async (name, path, perform, half) => {
      if (code === undefined || (names && !names.includes(name))) return perform()
      // What fails to close is closed nevertheless, and a full disk takes what it can.
      if (name.startsWith('close')) await perform()
      if (code === 'ENOSPC') await half?.()
      throw Object.assign(new Error(`${code}: ${name} ${path}`), { code })
    }),
    refuse(nextCode, nextNames) {
      code = nextCode
      names = nextNames
    },
  }
}

export type Moment = 'before' | 'half' | 'after'

/** A file system that kills this process around the n-th operation after `arm` was called. */
export function deadly(fatal: number, moment: Moment): { readonly fs: FileSystem; arm: () => void } {
  let count = -Infinity
  const die = (): Promise<never> => {
    process.kill(process.pid, 'SIGKILL')
    return new Promise<never>(() => undefined)
  }
  return {
    fs: intercepted(async (_, __, perform, half) => {
      count += 1
      if (count !== fatal) return perform()
      if (moment === 'before') return die()
      await (moment === 'half' && half ? half() : perform())
      return die()
    }),
    arm() {
      count = 0
    },
  }
}
