import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import type { Call } from './files.ts'
import { parseModel, type ComposeModel } from './model.ts'

/** The model, or compose's own words about why there is none. */
export type Answer =
  { readonly model: ComposeModel } | { readonly model?: undefined; readonly status: number; readonly words: string }

/** What compose is to read from its standard input, where a `-f -` says so. */
export type Input = string | undefined

/** Compose's own resolved model of the project, of services in every profile. Nothing is printed. */
export async function askModel(call: Call, input: Input): Promise<Answer> {
  const all = await ask(call, ['--profile', '*', 'config', '--format', 'json'], input)
  if (all.status === 0) return { model: parseModel(all.output) }
  // A profile that isn't asked for may lack what it needs, such as a file with variables.
  const asked = await ask(call, ['config', '--format', 'json'], input)
  return asked.status === 0 ? { model: parseModel(asked.output) } : { status: asked.status, words: asked.words }
}

/** The names of all services, also where a variable is missing that the file can't do without. */
export async function askServices(call: Call, input: Input): Promise<readonly string[]> {
  const { status, output } = await ask(call, ['--profile', '*', 'config', '--no-interpolate', '--services'], input)
  return status === 0
    ? output
        .split('\n')
        .filter((name) => name !== '')
        .sort()
    : []
}

async function ask(
  { executable, args, env, cwd }: Call,
  command: readonly string[],
  input: Input,
): Promise<{ readonly status: number; readonly output: string; readonly words: string }> {
  const child = spawn(executable, [...args.globals, ...command], { cwd, env, stdio: ['pipe', 'pipe', 'pipe'] })
  const ended = new Promise<number>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve(code ?? 1))
  })
  // One that fails early reads no further.
  child.stdin.on('error', () => undefined)
  child.stdin.end(input)
  const [status, output, words] = await Promise.all([ended, text(child.stdout), text(child.stderr)])
  return { status, output, words }
}
