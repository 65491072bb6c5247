import { Argument } from 'commander'

/** The name by which completion knows that names of machines belong here. */
export const MACHINE = 'machine'

export const machineArgument = (about = 'its name, as rdc context machines has it'): Argument =>
  new Argument(`<${MACHINE}>`, about)
