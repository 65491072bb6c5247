import {
  EMPTY_INFRA,
  hasToken,
  keepToken,
  MachineError,
  noSuchMachine,
  setInfra,
  type InfraFlags,
  type InfraSet,
  type Machine,
} from '@route-server/machine'
import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { print, printJson, UsageError } from '@route-server/terminal'
import { changesOf, showChange, showMachine, viewOf } from '../machine-view.ts'
import { machines } from '../machines.ts'
import { remark } from '../terminal/print.ts'
import { givenToken, type TokenFlags } from './token-source.ts'

interface Given extends InfraFlags, TokenFlags {
  readonly json?: boolean
}

export async function run(name: string, { json, cfDnsToken, cfDnsTokenFile, ...given }: Given): Promise<undefined> {
  const store = machines()
  const known = await store.find(name)
  const flags = { ...given, acmeRoot: typeof given.acmeRoot === 'string' ? resolve(given.acmeRoot) : given.acmeRoot }
  const token = await checked(known, flags, {
    ...(cfDnsToken !== undefined && { cfDnsToken }),
    ...(cfDnsTokenFile !== undefined && { cfDnsTokenFile }),
  })

  let notes: readonly string[] = []
  const { before, after } = await store.change(name, (machine, names) => {
    if (!machine) throw noSuchMachine(name, names)
    const set = setInfra(machine, flags)
    notes = set.notes
    return { ...machine, infra: set.infra }
  })
  if (after === undefined) return
  const hadToken = hasToken(store.folder, name)
  if (token !== undefined) await keepToken(store.folder, name, token)

  const infra = { before: before?.infra ?? EMPTY_INFRA, after: after.infra }
  const changes = changesOf(infra.before, infra.after)
  const view = viewOf(after, store.folder, hasToken(store.folder, name))
  const next = `rdc context push-infra ${name}`
  if (json === true) {
    printJson({ machine: view, changes, tokenIsNew: token !== undefined, notes, next })
    return
  }
  print(showMachine(view))
  const lines = [
    ...changes.map((change) => showChange(change, infra)),
    ...(token === undefined ? [] : [`Cloudflare token: ${hadToken ? 'replaced' : 'kept'}`]),
  ]
  print(lines.length === 0 ? '\nNothing changed.' : `\nChanged:\n${lines.map((line) => `  ${line}`).join('\n')}`)
  for (const note of notes) remark(`Note: ${note}`)
  print(`\n${nextStep(view.missing, name, next)}`)
}

/** Finds everything that is wrong before anything is written. Resolves with the token, where there is one. */
async function checked(machine: Machine, flags: InfraFlags, tokenFlags: TokenFlags): Promise<string | undefined> {
  const attempts: readonly (() => Promise<unknown>)[] = [
    () => Promise.resolve().then((): InfraSet => setInfra(machine, flags)),
    () => checkRoot(flags.acmeRoot),
    () => givenToken(tokenFlags),
  ]
  const results = await Promise.allSettled(attempts.map((attempt) => attempt()))
  const problems = results.flatMap((result) => {
    if (result.status === 'fulfilled') return []
    if (result.reason instanceof MachineError) return result.reason.problems
    throw result.reason
  })
  if (problems.length > 0) throw new UsageError(problems.join('\n'))
  const [, , token] = results
  return token?.status === 'fulfilled' ? (token.value as string | undefined) : undefined
}

async function checkRoot(file: string | false | undefined): Promise<void> {
  if (typeof file !== 'string') return
  try {
    new X509Certificate(await readFile(file))
  } catch (cause) {
    throw new MachineError(
      [`--acme-root: expected a file with a certificate in PEM that this user may read, got "${file}"`],
      {
        cause,
      },
    )
  }
}

function nextStep(missing: readonly { what: string; flag: string }[], name: string, next: string): string {
  if (missing.length === 0) return `The server hasn't changed yet. Put this in force with: ${next}`
  const list = missing.map(({ what, flag }) => `  ${what}: ${flag}`).join('\n')
  return `Still missing, by rdc context set-infra ${name}:\n${list}\nThen put it in force with: ${next}`
}
