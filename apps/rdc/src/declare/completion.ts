import { Argument, type Command } from 'commander'
import { lazily } from '../commands/lazily.ts'
import { SHELLS } from '../completion/shells.ts'

export function declareCompletion(program: Command): void {
  program
    .command('completion')
    .summary("print a shell's completion for rdc")
    .description(
      'Prints what makes a shell complete commands, flags and names of machines. bash: source <(rdc completion bash); zsh: source <(rdc completion zsh), after compinit; fish: rdc completion fish | source.',
    )
    .addArgument(new Argument('<shell>', 'the shell').choices(SHELLS))
    .action(lazily(() => import('../commands/completion.ts')))

  program
    .command('__complete', { hidden: true })
    .description('Prints what may stand for the last word, one a line.')
    .argument('[words...]', 'the words behind rdc; the last is to be completed')
    .helpOption(false)
    .allowUnknownOption()
    .passThroughOptions()
    .action(lazily(async () => (await import('../commands/complete.ts')).forProgram(program)))
}
