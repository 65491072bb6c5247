/** What a plugin may not call while it contributes. */
const OUTSIDE: readonly (readonly [owner: object, ownerName: string, functions: readonly string[]])[] = [
  [globalThis, 'globalThis', ['fetch', 'setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask']],
  [Date, 'Date', ['now']],
  [Math, 'Math', ['random']],
  [performance, 'performance', ['now']],
  [console, 'console', ['debug', 'error', 'info', 'log', 'warn']],
]

/** Runs `body` while everything outside throws: the clock, randomness, the network, timers, the console. */
export function trapped<T>(body: () => T): T {
  const restore: (() => void)[] = []
  for (const [owner, ownerName, functions] of OUTSIDE)
    for (const name of functions) {
      const before = Object.getOwnPropertyDescriptor(owner, name)
      const trap = (): never => {
        throw new Error(`it calls ${ownerName}.${name}, but contribute must be pure`)
      }
      Object.defineProperty(owner, name, { value: trap, configurable: true, writable: true })
      restore.push(() => {
        if (before) Object.defineProperty(owner, name, before)
        else Reflect.deleteProperty(owner, name)
      })
    }
  try {
    return body()
  } finally {
    for (const undo of restore) undo()
  }
}
