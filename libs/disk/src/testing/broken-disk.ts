import { REAL, type FileSystem, type OpenFile } from '../file-system.ts'

/** One operation of a save: `write`, `sync file`, `rename`, … */
export type Operation = (
  name: string,
  path: string,
  perform: () => Promise<void>,
  half?: () => Promise<void>,
) => Promise<void>

/** What becomes of an operation: before it, after half of what it writes, or after it, comes an end. Nothing: it simply goes on. */
type Fate = { readonly at: Moment; readonly end: () => never } | undefined
type Fates = (name: string, path: string) => Fate

export type Moment = 'before' | 'half' | 'after'

/** A file system whose operations all go through a function, which may count, refuse or die; those that don't wait through `instant`. */
export function intercepted(operation: Operation, instant: Fates = () => undefined): FileSystem {
  const atOnce = (name: string, path: string, perform: () => void, half = perform): void => {
    const fate = instant(name, path)
    if (fate?.at === 'before') fate.end()
    if (fate?.at === 'half') half()
    else perform()
    fate?.end()
  }
  return {
    async open(path, flags, mode) {
      const kind = flags === 'r' ? 'folder' : 'file'
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
    appendSync: (path, content) =>
      atOnce(
        'append',
        path,
        () => REAL.appendSync(path, content),
        () => REAL.appendSync(path, content.slice(0, content.length / 2)),
      ),
    renameSync: (from, to) => atOnce('rename', to, () => REAL.renameSync(from, to)),
  }
}

/** A file system on which some operations come to an end. */
function fated(fates: Fates): FileSystem {
  return intercepted(async (name, path, perform, half = perform) => {
    const fate = fates(name, path)
    if (fate?.at === 'before') fate.end()
    await (fate?.at === 'half' ? half() : perform())
    fate?.end()
  }, fates)
}

/** A disk that refuses with a code when it is told to, from then on. */
export function refusing(): {
  readonly fs: FileSystem
  refuse: (code: string | undefined, names?: readonly string[]) => void
} {
  let code: string | undefined
  let names: readonly string[] | undefined
  const momentOf = (name: string): Moment => {
    // What fails to close is closed nevertheless, and a full disk takes what it can.
    if (name.startsWith('close')) return 'after'
    return code === 'ENOSPC' && ['write', 'append'].includes(name) ? 'half' : 'before'
  }
  return {
    fs: fated((name, path) => {
      if (code === undefined || (names && !names.includes(name))) return undefined
      const error = Object.assign(new Error(`${code}: ${name} ${path}`), { code })
      const end = (): never => {
        throw error
      }
      return { at: momentOf(name), end }
    }),
    refuse(nextCode, nextNames) {
      code = nextCode
      names = nextNames
    },
  }
}

/** A file system that kills this process around the n-th operation after `arm` was called. */
export function deadly(fatal: number, moment: Moment): { readonly fs: FileSystem; arm: () => void } {
  let count = -Infinity
  const end = (): never => {
    process.kill(process.pid, 'SIGKILL')
    throw new Error('Killed.')
  }
  return {
    fs: fated(() => {
      count += 1
      return count === fatal ? { at: moment, end } : undefined
    }),
    arm() {
      count = 0
    },
  }
}
