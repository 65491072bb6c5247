import type { frozen as Frozen, plain as Plain } from '@route-server/kernel'
import type { Context, Plugin, Problem, Settings } from '@route-server/plugin-api'
import type { frame as Frame, framesFrom as FramesFrom } from './frames.ts'
import type { About, Beginning, Failed, Loaded, LoadFailure, Question, SerializedAnswer } from './process-messages.ts'

/** What it is given, since its text is all that the process has. */
export interface Given {
  readonly plain: typeof Plain
  readonly frozen: typeof Frozen
  readonly frame: typeof Frame
  readonly framesFrom: typeof FramesFrom
  /** What `import()` does; a compiler may make something else of that. */
  readonly load: (url: string) => Promise<unknown>
  /** A `Beginning`, serialized, in base64. */
  readonly beginning: string
}

/**
 * All that happens in a plugin's process: it is loaded, and answers. Its text is what the process runs, so it may use nothing from around it
 * but what it is given.
 */
export async function runPlugin({ plain, frozen, frame, framesFrom, load, beginning }: Given): Promise<void> {
  const { Socket } = await import('node:net')
  const { deserialize, serialize } = await import('node:v8')
  const { Worker } = await import('node:worker_threads')
  const { url, options: given, most } = deserialize(Buffer.from(beginning, 'base64')) as Beginning
  const channel = new Socket({ fd: 3 })
  /** Characters of what is said to people; it is cut again where it is shown. */
  const LONGEST = 10_000
  /** Of one container. */
  const MOST_PROBLEMS = 100

  /** Anything can be thrown, and showing it may throw again. */
  const reasonOf = (cause: unknown): string => {
    try {
      return String(cause instanceof Error ? cause.message : cause).slice(0, LONGEST)
    } catch {
      return 'it threw something that cannot be shown'
    }
  }

  /** What a module exports as its plugin: `plugin`, or the default export, which transpiled CommonJS wraps once more. */
  const exportedBy = (module: Readonly<Record<string, unknown>>): unknown => {
    const main = module['default'] as
      { readonly __esModule?: boolean; readonly default?: unknown; readonly plugin?: unknown } | undefined
    return module['plugin'] ?? main?.plugin ?? (main?.__esModule ? main.default : main)
  }

  const aboutOf = (plugin: Partial<Record<keyof Plugin, unknown>>): About => {
    const { apiVersion, name, labels, yields, options, contribute } = plugin
    return {
      apiVersion: plain(apiVersion),
      name,
      labels: plain(labels),
      yields,
      hasOptions: typeof options === 'object' && options !== null && '~standard' in options,
      hasContribute: typeof contribute === 'function',
    }
  }

  const problemOf = ({ code, level, message, label, suggestion }: Partial<Record<keyof Problem, unknown>>): Problem => {
    const text = (value: unknown): string => String(value).slice(0, LONGEST)
    return {
      code: text(code),
      level: text(level) as Problem['level'],
      message: text(message),
      ...(typeof label === 'string' && { label: text(label) }),
      ...(typeof suggestion === 'string' && { suggestion: text(suggestion) }),
    }
  }

  const say = (message: Loaded | SerializedAnswer | Failed, said?: () => void): void =>
    void channel.write(frame(serialize(message)), said)

  // The shell has set one or two.
  process.env = {}
  // Whoever ends a whole service asks this process, too; it goes when nobody is there to ask it anything.
  for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM']) process.on(signal, () => undefined)
  process.on('uncaughtException', (cause) => say({ failed: reasonOf(cause) }, () => process.exit(1)))
  // In a thread of its own, as the plugin may never let go of this one.
  new Worker(
    `new (require('node:net').Socket)({ fd: 4 }).on('error', () => {}).on('close', () => process.kill(-process.pid, 'SIGKILL')).resume()`,
    { eval: true },
  )

  let settings: Settings | undefined

  const answerTo = (plugin: Plugin, options: unknown, question: Question): SerializedAnswer => {
    const { id, service, address } = question
    const container = frozen(question.container)
    const traefik = { ...question.traefik, configuration: frozen(question.traefik.configuration) }
    settings = question.settings ? frozen(question.settings) : settings
    const problems: Problem[] = []
    let wantsPorts = false
    let wantsListening = false
    const context = Object.freeze({
      options,
      settings,
      service,
      address,
      traefik,
      exposedPorts: () => {
        wantsPorts ||= container.exposedPorts === undefined
        return container.exposedPorts
      },
      listeningPorts: () => {
        wantsListening = true
        return container.listeningPorts
      },
      report: (problem: Problem) => {
        const said = problemOf(problem)
        if (problems.length < MOST_PROBLEMS) problems.push(said)
      },
    }) as Context
    const began = performance.now()
    const answer = (rest: Pick<SerializedAnswer, 'fragment' | 'threw'>): SerializedAnswer => ({
      id,
      wantsPorts,
      wantsListening,
      problems,
      took: performance.now() - began,
      ...rest,
    })
    try {
      const fragment: unknown = plugin.contribute(container, context)
      if (fragment === undefined) return answer({})
      if (fragment instanceof Promise) {
        fragment.catch(() => undefined)
        throw new Error('it returned a promise, and contribute is synchronous')
      }
      const bytes = serialize(plain(fragment))
      if (bytes.length > most) throw new Error(`its fragment has ${bytes.length} bytes, and ${most} are allowed`)
      return answer({ fragment: bytes })
    } catch (cause) {
      return answer({ threw: reasonOf(cause) })
    }
  }

  const loadPlugin = async (): Promise<{ plugin: Plugin; options: unknown } | Loaded> => {
    const failure = (failure: LoadFailure, about?: About): Loaded => ({ failure, ...(about && { about }) })
    let exported: unknown
    try {
      exported = exportedBy((await load(url)) as Readonly<Record<string, unknown>>)
    } catch (cause) {
      const code: unknown = (cause as NodeJS.ErrnoException | undefined)?.code
      return failure({
        kind: 'import',
        message: reasonOf(cause),
        ...(typeof code === 'string' && { code }),
      })
    }
    if (typeof exported !== 'object' || exported === null) return failure({ kind: 'nothing' })
    const plugin = exported as Plugin
    try {
      const about = aboutOf(plugin)
      if (!about.hasOptions) return { about }
      const result = await plugin.options['~standard'].validate(given ?? {})
      if (!result.issues) return { plugin, options: result.value }
      const issues = result.issues.map(({ message, path = [] }) => ({
        message: message.slice(0, LONGEST),
        path: path.map((part) => (typeof part === 'object' ? part.key : part)),
      }))
      return failure({ kind: 'options', issues }, about)
    } catch (cause) {
      return failure({ kind: 'import', message: reasonOf(cause) })
    }
  }

  const loaded = await loadPlugin()
  say('plugin' in loaded ? { about: aboutOf(loaded.plugin) } : loaded)
  channel.on(
    'data',
    framesFrom(
      Infinity,
      (question) => {
        if ('plugin' in loaded) say(answerTo(loaded.plugin, loaded.options, deserialize(question) as Question))
      },
      () => undefined,
    ),
  )
}
