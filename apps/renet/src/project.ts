import {
  askModel,
  askServices,
  ComposeError,
  HANDED_OVER,
  planFor,
  scalesOf,
  serviceOfRun,
  variablesFor,
  withFile,
  type Answer,
  type ComposeArguments,
  type ComposeModel,
  type Environment,
  type Input,
  type Plan,
  type WithFile,
} from '@route-server/compose'
import { allocate, keepSlots, oneOffAddressOf, variableOf, variablesOf, type Slots } from '@route-server/repository'
import { hostname } from 'node:os'
import { join, resolve } from 'node:path'
import { environmentOf, type Here } from './here.ts'
import { checkVariables } from './hidden-variables.ts'

export interface ProjectInput {
  readonly executable: string
  readonly args: ComposeArguments
  readonly here: Here
  readonly input: Input
  /** Nothing is written; slots are what they would be. */
  readonly dryRun: boolean
}

/** A project, ready to be run: compose's flags and variables with our file among them. */
export interface Project extends WithFile {
  readonly refused?: undefined
  readonly model: ComposeModel
  readonly plan: Plan
}

/** There is no compose file here, or compose refuses it, in its own words. */
export type NoProject =
  { readonly refused?: undefined } | { readonly refused: { readonly status: number; readonly words: string } }

/** Asks compose for its model, and makes a plan of it. New services get their slots. */
export async function prepare(given: ProjectInput): Promise<Project | NoProject> {
  const { executable, args, here, input } = given
  const callWith = (slots: Slots, env: Environment = environmentOf({ ...here, slots })) => ({
    executable,
    args,
    env,
    cwd: here.folder,
  })
  const first = callWith(here.slots)
  if ((await withFile(first, HANDED_OVER)) === undefined) return {}

  let answer: Answer = await askModel(first, input)
  const services = answer.model ? Object.keys(answer.model.services) : await askServices(first, input)
  const slots = await slotsFor(given, services)
  const call = callWith(slots)
  if (slots.size > here.slots.size) answer = await askModel(call, input)
  if (!answer.model) return { refused: answer }

  const { model } = answer
  const named = args.command === 'run' ? serviceOfRun(args.rest) : undefined
  const alone =
    named !== undefined && named in model.services
      ? await askModel(callWith(slots, { ...call.env, [variableOf(named)]: oneOffAddressOf(here.network) }), input)
      : undefined
  const plan = planFor({
    model,
    network: here.network,
    slots,
    hostname: hostname(),
    scales: scalesOf(args),
    oneOff: named !== undefined && alone?.model ? { service: named, model: alone.model } : undefined,
  })
  const files = await withFile(call, HANDED_OVER)
  return files === undefined ? {} : { ...files, model, plan }
}

async function slotsFor({ args, here, dryRun }: ProjectInput, services: readonly string[]): Promise<Slots> {
  const { file, network, slots } = here
  // What can't be is said before anything is written.
  variablesOf([...slots.keys(), ...services])
  const foreseen = new Map([...slots, ...allocate(slots, services, file)])
  const folder = resolve(here.folder, args.projectDirectory ?? '.')
  checkVariables(variablesFor(foreseen, network), {
    environment: process.env,
    files: args.envFiles.length > 0 ? args.envFiles.map((one) => resolve(here.folder, one)) : [join(folder, '.env')],
  })
  return dryRun ? foreseen : keepSlots(file, services)
}

/** @throws {ComposeError} where containers would not be what the compose file means */
export function expectNoProblems({ plan }: Project): void {
  if (plan.problems.length > 0) throw new ComposeError(plan.problems)
}
