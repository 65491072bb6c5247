import type { Argument, Command, Option } from 'commander'
import { MACHINE } from '../declare/machine-argument.ts'
import { FILES } from './shells.ts'

/** What may stand for the last of the words; `:files` alone where a file's name belongs. */
export function complete(program: Command, words: readonly string[], machines: readonly string[]): readonly string[] {
  const before = words.slice(0, -1)
  const word = words.at(-1) ?? ''
  const { command, given, open } = walk(program, before)
  if (open) return valuesOf(open, machines).filter((value) => value === FILES || value.startsWith(word))
  const found = word.startsWith('-') ? flagsOf(command, before) : placesOf(command, given, machines)
  return found === undefined ? [FILES] : found.filter((candidate) => candidate.startsWith(word))
}

interface Place {
  readonly command: Command
  /** How many arguments it has already. */
  readonly given: number
  /** The option whose value comes next. */
  readonly open?: Option
}

function walk(program: Command, words: readonly string[]): Place {
  let command = program
  let given = 0
  let open: Option | undefined
  for (const word of words) {
    if (open) open = undefined
    else if (word.startsWith('-')) open = optionOf(command, word)
    else {
      const below = given === 0 ? visible(command).find((one) => one.name() === word) : undefined
      if (below) command = below
      else given += 1
    }
  }
  return { command, given, ...(open && { open }) }
}

/** The option that the word is, if its value is the next word. */
const optionOf = (command: Command, word: string): Option | undefined =>
  command.options.find((option) => (option.long === word || option.short === word) && option.required)

const visible = (command: Command): readonly Command[] => command.createHelp().visibleCommands(command)

function flagsOf(command: Command, used: readonly string[]): readonly string[] {
  const flags = command
    .createHelp()
    .visibleOptions(command)
    .map((option) => option.long ?? '')
  return flags.filter((flag) => flag !== '' && !used.includes(flag))
}

function valuesOf({ argChoices, flags }: Option, machines: readonly string[]): readonly string[] {
  if (flags.endsWith(`<${MACHINE}>`)) return machines
  return argChoices ?? (flags.endsWith('<file>') ? [FILES] : [])
}

function placesOf(command: Command, given: number, machines: readonly string[]): readonly string[] | undefined {
  const below = visible(command)
  if (below.length > 0) return below.map((one) => one.name())
  const place: Argument | undefined = command.registeredArguments[given]
  if (place?.name() === MACHINE) return machines
  return place?.name() === 'file' ? undefined : (place?.argChoices ?? [])
}
